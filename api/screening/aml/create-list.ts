import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addScreeningList, type ScreeningListRow } from '#db/screening/screening-lists.ts'
import { MATCH_FROM, NEAR_FROM } from '#domain/screening/name-match.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import { checkScores, listBody, listSchema, matchFrom, nearFrom, onMatch } from './list.ts'

export const createAmlList = endpoint({
  method: 'post',
  path: '/aml/lists',
  family: 'AML',
  summary: 'Create a list of names to look for',
  access: 'AML_MANAGER',
  body: z.strictObject({
    name: text().meta({ examples: ['Internal watch list'] }),
    description: text(1000).optional(),
    onMatch,
    matchFrom: matchFrom.default(MATCH_FROM),
    nearFrom: nearFrom.default(NEAR_FROM),
    active: z.boolean().default(true),
  }),
  answers: { 201: { description: 'Created, without names', body: listSchema } },
  async handle({ body, caller }, { db, newId }) {
    checkScores(body)
    const row: ScreeningListRow = {
      id: newId('scl'),
      project_id: caller.projectId,
      name: body.name,
      description: body.description ?? null,
      on_match: body.onMatch,
      match_from: body.matchFrom,
      near_from: body.nearFrom,
      active: body.active,
    }
    const created = listBody({ ...row, entries: 0 })
    await inProject(db, caller.projectId, async (trx) => {
      const added = await addScreeningList(trx, row)
      if (!added) throw conflict('aml_list_exists', 'name', 'is taken by another list of this project')
      await auditScreening(trx, caller, {
        action: 'aml.list.create',
        subjectType: 'screening_list',
        subjectId: row.id,
        after: created,
      })
    })
    return { status: 201, body: created }
  },
})
