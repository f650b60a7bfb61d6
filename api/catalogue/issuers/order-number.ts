import { z } from 'zod'

/** Where it stands in lists. Fits the column. */
export const orderNumber = z.int().min(0).max(1_000_000)
