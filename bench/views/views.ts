import type { BenchClient } from '../world.ts'

/** What is narrowed or sorted by, one at a time: every filter of the history, and each order. */
export function viewsOf(asked: {
  readonly client: BenchClient
  readonly issuerId: string
  readonly ids: readonly string[]
  readonly numbers: readonly number[]
}): Readonly<Record<string, object>> {
  const { client, issuerId, ids, numbers } = asked
  const hour = 3_600_000
  return {
    nothing: {},
    ids: filtered({ ids }),
    coinSerials: filtered({ coinSerials: [client.serial] }),
    orgIds: filtered({ orgIds: [client.organization] }),
    requestStatuses: filtered({ requestStatuses: ['pending'] }),
    'types, common': filtered({ types: ['bank_topup'] }),
    'types, none': filtered({ types: ['bank_redeem'] }),
    'statuses, common': filtered({ statuses: ['processed'] }),
    'statuses, none': filtered({ statuses: ['declined'] }),
    'phases, common': filtered({ phases: ['awaiting_decision'] }),
    'phases, none': filtered({ phases: ['outcome_unknown'] }),
    createdAtFrom: filtered({ createdAtFrom: new Date(Date.now() - hour / 2).toISOString() }),
    createdAtTo: filtered({ createdAtTo: new Date().toISOString() }),
    issuerIds: filtered({ issuerIds: [issuerId] }),
    'issuerIds, none': filtered({ issuerIds: ['iss_none'] }),
    currencyCodes: filtered({ currencyCodes: ['EUR'] }),
    'currencyCodes, none': filtered({ currencyCodes: ['XXX'] }),
    requestIdentifiers: filtered({ requestIdentifiers: numbers }),
    needsAttention: filtered({ needsAttention: true }),
    'needsAttention, no': filtered({ needsAttention: false }),
    'createdAt, oldest first': { sort: { createdAt: 'asc' } },
    'status, ascending': { sort: { status: 'asc' } },
    'status, descending': { sort: { status: 'desc' } },
    'type, ascending': { sort: { type: 'asc' } },
    'type, descending': { sort: { type: 'desc' } },
  }
}

function filtered(filter: object): object {
  return { filter }
}
