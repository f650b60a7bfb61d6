import { z } from 'zod'
import { PERMISSIONS, permissionsOf, ROLES } from '#domain/identity/role.ts'
import { endpoint } from '../../http/endpoint.ts'

export const getRolePermissions = endpoint({
  method: 'get',
  path: '/role-groups/permissions',
  family: 'Users',
  summary: 'List the roles and what each may do',
  access: 'signed_in',
  answers: {
    200: {
      description: 'All roles',
      body: z.strictObject({
        status: z.literal('ok'),
        records: z.array(z.strictObject({ role: z.enum(ROLES), permissions: z.array(z.enum(PERMISSIONS)) })),
      }),
    },
  },
  async handle() {
    const records = ROLES.map((role) => ({ role, permissions: permissionsOf(role) }))
    return { status: 200, body: { status: 'ok', records } }
  },
})
