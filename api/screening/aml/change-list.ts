import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { changeScreeningList, findScreeningList, lockScreeningList } from '#db/screening/screening-lists.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { auditScreening } from './audit.ts'
import { checkScores, listBody, listSchema, matchFrom, nearFrom, onMatch } from './list.ts'

export const patchAmlList = endpoint({
  method: 'patch',
  path: '/aml/lists/:id',
  family: 'AML',
  summary: 'Change a list of names',
  description: 'The next check goes by it. A list that is not active is not looked at.',
  access: 'AML_MANAGER',
  params: z.strictObject({ id: text(64).meta({ description: 'Id of the list' }) }),
  body: patchBody({
    description: text(1000).nullable().optional(),
    onMatch: onMatch.optional(),
    matchFrom: matchFrom.optional(),
    nearFrom: nearFrom.optional(),
    active: z.boolean().optional(),
  }),
  answers: { 200: { description: 'As it is now', body: listSchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockScreeningList(trx, params.id)
      if (!before) throw notFound('id', 'list')
      const { matchFrom: match = before.match_from, nearFrom: near = before.near_from } = body
      checkScores({ matchFrom: match, nearFrom: near })
      await changeScreeningList(trx, {
        id: before.id,
        description: body.description === undefined ? before.description : body.description,
        on_match: body.onMatch ?? before.on_match,
        match_from: match,
        near_from: near,
        active: body.active ?? before.active,
      })
      const after = (await findScreeningList(trx, before.id)) ?? before
      await auditScreening(trx, caller, {
        action: 'aml.list.change',
        subjectType: 'screening_list',
        subjectId: before.id,
        before: listBody(before),
        after: listBody(after),
      })
      return after
    })
    return { status: 200, body: listBody(changed) }
  },
})
