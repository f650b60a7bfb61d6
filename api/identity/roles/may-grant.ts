import { permissionsOf, type Role } from '#domain/identity/role.ts'

/** Nobody hands out, or takes away, more than they hold themselves: only an administrator makes an administrator. */
export function mayGrant(granter: Role, role: Role): boolean {
  if (granter === 'administrator') return true
  const held = permissionsOf(granter)
  return role !== 'administrator' && permissionsOf(role).every((permission) => held.includes(permission))
}
