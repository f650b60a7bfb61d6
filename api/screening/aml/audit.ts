import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import type { Caller } from '../../http/endpoint.ts'

/** What was changed of a policy, a list or a rule: the trail holds ids, numbers and names of rules, never of listed people. */
export async function auditScreening(
  trx: Knex,
  caller: Caller,
  changed: {
    readonly action: string
    readonly subjectType: 'screening_policy' | 'screening_list' | 'screening_rule'
    readonly subjectId: string
    readonly before?: object
    readonly after?: object
  },
): Promise<void> {
  await appendAudit(trx, caller.projectId, [{ actor: caller.personId, source: 'api', ...changed }])
}
