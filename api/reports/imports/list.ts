import { z } from 'zod'
import { inSnapshot } from '#db/connection.ts'
import { IMPORT_STATES, listImports } from '#db/reports/imports.ts'
import { IMPORT_KINDS } from '#domain/reports/import-row.ts'
import { endpoint } from '../../http/endpoint.ts'
import { pageAnswer, pageQuery, pageReply } from '../../http/page.ts'
import { COUNT_MAX } from '../../http/view.ts'
import { importBody, importSchema } from './import.ts'

export const getImports = endpoint({
  method: 'get',
  path: '/imports',
  family: 'Imports',
  summary: 'List imports',
  description: 'Newest first, whoever asked for them.',
  access: 'ACCOUNT_MANAGER',
  query: pageQuery({ kind: z.enum(IMPORT_KINDS).optional(), state: z.enum(IMPORT_STATES).optional() }),
  answers: { 200: { description: 'One page', body: pageAnswer(importSchema) } },
  async handle({ query: { limit, offset, ...filter }, caller }, { db }) {
    const { total, rows } = await inSnapshot(db, caller.projectId, (trx) =>
      listImports(trx, filter, { limit, offset, countMax: COUNT_MAX }),
    )
    return pageReply({ limit, offset }, { total, data: rows.map(importBody), one: 'import' })
  },
})
