import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listPlatforms } from '#db/platforms.ts'
import { endpoint } from '../endpoint.ts'
import { platformBody, platformSchema } from './platform.ts'

export const getPlatforms = endpoint({
  method: 'get',
  path: '/platforms',
  family: 'Platforms',
  summary: 'List the platforms of the project',
  access: 'platforms.view',
  answers: {
    200: {
      description: 'All of them, by label; an empty list says so',
      body: z.strictObject({
        status: z.literal('ok'),
        message: z.string(),
        records: z.array(platformSchema),
      }),
    },
  },
  async handle({ caller }, { db, labels }) {
    const rows = await inProject(db, caller.projectId, listPlatforms)
    const message = rows.length === 0 ? 'No data to display' : `${rows.length} platform(s)`
    return {
      status: 200,
      body: { status: 'ok', message, records: rows.map((row) => platformBody(row, labels)) },
    }
  },
})
