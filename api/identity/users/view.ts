import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { viewMembers } from '#db/identity/view-members.ts'
import { readLogin } from '#domain/identity/login.ts'
import { ROLES } from '#domain/identity/role.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'
import { userBody, userSchema } from './user.ts'

const ids = z.array(text(64)).max(100)

const filterSchema = z
  .strictObject({
    ids,
    organizationIds: ids,
    roles: z.array(z.enum(ROLES)),
    email: text(254),
    phone: text(64),
    text: text().meta({ description: 'Part of a name, an e-mail address or a phone number' }),
    clientName: text().meta({ description: 'Part of the name of the organization' }),
    active: z.boolean(),
    banned: z.boolean().meta({ description: 'The opposite of active' }),
    frozen: z.boolean(),
    emailVerified: z.boolean(),
    phoneVerified: z.boolean(),
  })
  .partial()
  .refine(({ active, banned }) => active === undefined || active !== banned, {
    path: ['banned'],
    message: 'contradicts active: a user is one or the other',
  })

export const viewUsers = endpoint({
  method: 'post',
  path: '/users/view',
  family: 'Users',
  summary: 'List users',
  // Who freezes clients has to find them, and to see which ones are frozen and why.
  access: ['USER_MANAGER', 'FREEZE_MANAGER'],
  body: viewBody(filterSchema, ['createdAt', 'active']),
  answers: { 200: { description: 'One page, by default the newest first', body: viewAnswer(userSchema) } },
  async handle({ body, caller }, { db }) {
    const found = await inProject(db, caller.projectId, (trx) =>
      viewMembers(trx, {
        ...readFilter(body.filter ?? {}),
        sort: readSort(body.sort ?? {}),
        page: { pageNumber: body.pageNumber, pageSize: body.pageSize, countMax: COUNT_MAX },
      }),
    )
    return viewReply(body, found.total, found.rows.map(userBody))
  },
})

function readFilter({ ids: personIds, active, banned, email, phone, ...rest }: z.infer<typeof filterSchema>) {
  return {
    ...rest,
    personIds,
    active: active ?? (banned === undefined ? undefined : !banned),
    email: email?.toLowerCase(),
    phone: phone === undefined ? undefined : (readLogin(phone)?.text ?? phone),
  }
}

function readSort(sort: Readonly<Record<string, 'asc' | 'desc' | undefined>>) {
  return sort['active'] === undefined
    ? { field: 'createdAt' as const, direction: sort['createdAt'] ?? 'desc' }
    : { field: 'active' as const, direction: sort['active'] }
}
