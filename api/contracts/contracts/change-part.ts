import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { inProject, type Database } from '#db/connection.ts'
import { lockContract } from '#db/contracts/contracts.ts'
import type { Caller } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'

type Part = 'commission_profile' | 'commission_rule' | 'commission_condition' | 'limit_profile'

/** One part of a contract as its wire body says it: created without before, removed without after. */
export type PartChange = { readonly id: string; readonly before?: object; readonly after?: object }

/** Makes one change to a part of a contract, under the contract's lock and with its audit row. */
export function changePart<Change extends PartChange>(
  db: Database,
  caller: Caller,
  asked: {
    readonly contractId: string
    readonly part: Part
    change(trx: Knex): Promise<Change>
  },
): Promise<Change> {
  return inProject(db, caller.projectId, async (trx) => {
    if (!(await lockContract(trx, asked.contractId))) throw notFound('id', 'contract')
    const change = await asked.change(trx)
    const verb = change.before ? (change.after ? 'change' : 'remove') : 'create'
    await appendAudit(trx, caller.projectId, [
      {
        actor: caller.personId,
        source: 'api',
        action: `${asked.part}.${verb}`,
        subjectType: asked.part,
        subjectId: change.id,
        before: change.before ?? null,
        after: change.after ?? null,
      },
    ])
    return change
  })
}
