import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { ORGANIZATION_TYPES, listOrganizations, type OrganizationType } from '#db/identity/organizations.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { organizationBody, organizationSchema } from './organization.ts'

const types = z.array(z.enum(ORGANIZATION_TYPES))

const filterSchema = z
  .strictObject({
    ids: z.array(text(64)).max(100),
    types,
    frozen: z.boolean(),
    organizationTypes: types.meta({ description: 'The same as types; of both, what they have in common' }),
  })
  .partial()

export const viewOrganizations = endpoint({
  method: 'post',
  path: '/organizations',
  family: 'Organizations',
  summary: 'List organizations',
  access: 'USER_MANAGER',
  body: viewBody(filterSchema, ['createdAt']),
  answers: {
    200: { description: 'One page, by default the newest first', body: viewAnswer(organizationSchema) },
  },
  async handle({ body, caller }, { db }) {
    const { ids, frozen, types: these, organizationTypes: those } = body.filter ?? {}
    const found = await inProject(db, caller.projectId, (trx) =>
      listOrganizations(trx, {
        ids,
        types: inBoth(these, those),
        frozen,
        direction: body.sort?.['createdAt'] ?? 'desc',
        page: { pageNumber: body.pageNumber, pageSize: body.pageSize, countMax: COUNT_MAX },
      }),
    )
    return viewReply(body, found.total, found.rows.map(organizationBody))
  },
})

type Types = readonly OrganizationType[] | undefined

function inBoth(these: Types, those: Types): Types {
  return these && those ? these.filter((type) => those.includes(type)) : (these ?? those)
}
