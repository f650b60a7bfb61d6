import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { holdMember } from '#db/identity/members.ts'
import { consumeCode, type CodeRow } from '#db/identity/one-time-codes.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { Problem } from '../../http/problem.ts'
import { wrongOtp } from '../registration/wrong-otp.ts'
import { authorizationBody } from './authorization.ts'
import { issueToken, type Proof } from './issue-token.ts'

type Proved = {
  readonly personId: string
  readonly projectId: string
  readonly proof: Proof
  /** The second step, which is used up. */
  readonly waiting?: CodeRow
}

/** The last thing of every sign-in: a token of the member. */
export function signIn(deps: ApiDeps, { personId, projectId, proof, waiting }: Proved) {
  return inProject(deps.db, projectId, async (trx) => {
    if (waiting && !(await consumeCode(trx, waiting))) throw wrongOtp()
    const member = await holdMember(trx, personId)
    if (!member) throw notTheirProject()
    const { token, audit } = await issueToken(trx, deps, { member, proof })
    await appendAudit(trx, projectId, [audit])
    return authorizationBody(member, token)
  })
}

/** The same for a project of others and for one that does not exist. */
export function notTheirProject(): Problem {
  return new Problem(403, 'not_your_project', {
    detail: 'X-Project must be the key of a project that you belong to.',
    errors: [{ parameter: 'X-Project', message: 'is not the key of a project of yours' }],
  })
}
