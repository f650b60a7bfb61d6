import { PlatformUnavailable, type Holders } from '#domain/holders.ts'

/** For suites in which no platform keeps a balance. */
export const noHolders: Holders = { open: () => Promise.reject(new PlatformUnavailable('platform_removed')) }
