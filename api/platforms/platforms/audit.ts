import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import type { LinkedPlatform } from '#db/platforms/platforms.ts'
import type { Caller } from '../../http/endpoint.ts'
import { platformBody } from './platform.ts'

/** Of credentials it says which are set and since when, so that a change of one shows and its value does not. */
export async function auditPlatform(
  trx: Knex,
  caller: Caller,
  change: {
    verb: 'create' | 'change' | 'remove'
    before?: LinkedPlatform
    after?: LinkedPlatform
  },
): Promise<void> {
  const { verb, before, after } = change
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: `platform.${verb}`,
      subjectType: 'platform',
      subjectId: (after ?? before)?.id ?? '',
      before: before ? platformBody(before) : null,
      after: after ? platformBody(after) : null,
    },
  ])
}
