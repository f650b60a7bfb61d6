import type { Endpoint } from '../http/endpoint.ts'
import { confirmAuthorization } from './authorization/confirm.ts'
import { createAuthorization } from './authorization/create.ts'
import { removeAuthorization } from './authorization/remove.ts'
import { resendSignInOtp } from './authorization/resend-otp.ts'
import { validateContact } from './contacts/validate.ts'
import { createDelegation } from './delegations/create.ts'
import { getDelegations } from './delegations/list.ts'
import { revokeMyDelegation } from './delegations/revoke.ts'
import { viewOrganizations } from './organizations/view.ts'
import { changePassword } from './password/change.ts'
import { confirmRecovery } from './password/confirm-recovery.ts'
import { recoverPassword } from './password/recover.ts'
import { patchProject } from './projects/change.ts'
import { createProject } from './projects/create.ts'
import { getProjects } from './projects/list.ts'
import { confirmRegistration } from './registration/confirm.ts'
import { createRegistration } from './registration/create.ts'
import { resendOtp } from './registration/resend-otp.ts'
import { getRolePermissions } from './roles/list.ts'
import { getOutbox } from './sandbox/outbox.ts'
import { changeSecuritySettings } from './security/change-settings.ts'
import { confirmTotpSecret } from './security/confirm-totp.ts'
import { enrolTotp } from './security/enrol-totp.ts'
import { getSecuritySettings } from './security/get-settings.ts'
import { getSignInPolicy, changeSignInPolicy } from './security/policy.ts'
import { removeTotpSecret } from './security/remove-totp.ts'
import { changeUser } from './users/change.ts'
import { createUser } from './users/create.ts'
import { getMyUser } from './users/get-mine.ts'
import { getUser } from './users/get.ts'
import { removeUser } from './users/remove.ts'
import { unbanUser } from './users/unban.ts'
import { viewUsers } from './users/view.ts'

export const identityRoutes: readonly Endpoint[] = [
  createAuthorization,
  confirmAuthorization,
  resendSignInOtp,
  removeAuthorization,
  recoverPassword,
  confirmRecovery,
  changePassword,
  getSecuritySettings,
  changeSecuritySettings,
  enrolTotp,
  confirmTotpSecret,
  removeTotpSecret,
  getSignInPolicy,
  changeSignInPolicy,
  createRegistration,
  resendOtp,
  confirmRegistration,
  viewOrganizations,
  createUser,
  viewUsers,
  // Before the path with an id, which would take `me` for one.
  getMyUser,
  getUser,
  changeUser,
  getRolePermissions,
  getOutbox,
  createDelegation,
  getDelegations,
  revokeMyDelegation,
  validateContact,
  removeUser,
  unbanUser,
  getProjects,
  createProject,
  patchProject,
]
