import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { listPlatforms } from '#db/platforms/platforms.ts'
import { endpoint } from '../../http/endpoint.ts'
import { platformBody, platformSchema } from './platform.ts'

export const getPlatforms = endpoint({
  method: 'get',
  path: '/platforms',
  family: 'Platforms',
  summary: 'List the platforms of the project',
  access: 'platforms.view',
  answers: {
    200: {
      description: 'All of them, oldest first',
      body: z.strictObject({
        status: z.literal('ok'),
        records: z.array(platformSchema),
        message: z.string().optional().meta({ description: 'Where there is none' }),
      }),
    },
  },
  async handle({ caller }, { db }) {
    const rows = await inProject(db, caller.projectId, listPlatforms)
    const message = rows.length === 0 ? { message: 'No data to display' } : {}
    return { status: 200, body: { status: 'ok', records: rows.map(platformBody), ...message } }
  },
})
