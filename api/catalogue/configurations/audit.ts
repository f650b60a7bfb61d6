import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import type { ConfigurationItem } from '#db/catalogue/configurations.ts'
import type { Caller } from '../../http/endpoint.ts'
import { itemBody } from './section.ts'

type Changed = {
  readonly verb: 'create' | 'change' | 'remove'
  readonly before?: ConfigurationItem
  readonly after?: ConfigurationItem
}

export async function auditItem(trx: Knex, caller: Caller, { verb, before, after }: Changed): Promise<void> {
  const item = after ?? before
  if (!item) throw new Error('nothing was changed')
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: `configuration.${verb}`,
      subjectType: item.section,
      subjectId: item.id,
      before: before ? itemBody(before) : null,
      after: after ? itemBody(after) : null,
    },
  ])
}
