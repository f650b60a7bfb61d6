import type { Knex } from 'knex'
import { z } from 'zod'
import { operationsQuery, type OperationRow } from '#db/operations.ts'
import { readPage } from '#db/page.ts'
import {
  KINDS,
  STATES,
  WIRE_REQUEST_STATUSES,
  WIRE_STATUSES,
  statesOfWireStatus,
  wireType,
  type Kind,
} from '#domain/operation.ts'
import type { Caller, Reply } from '../endpoint.ts'
import { text } from '../fields.ts'
import { instant } from '../instant.ts'
import { TOTAL_MAX, viewBody, viewReply } from '../view.ts'
import { seesAll } from './read-process.ts'
import { toProcesses } from './process.ts'

const LIST_MAX = 100
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(LIST_MAX).optional()

const fields = {
  ids: list(text(64)),
  coinSerials: list(text(34)),
  orgIds: list(text(64)),
  requestStatuses: list(z.enum(WIRE_REQUEST_STATUSES)),
}

const bankFilter = z.strictObject({
  ...fields,
  startCreatedDate: instant.optional(),
  finishCreatedDate: instant.optional(),
})

const historyFilter = z.strictObject({
  ...fields,
  types: list(z.enum(KINDS.map(wireType))),
  statuses: list(z.enum(WIRE_STATUSES)),
  phases: list(z.enum(STATES)),
  createdAtFrom: instant.optional(),
  createdAtTo: instant.optional(),
  issuerIds: list(text(64)),
  currencyCodes: list(text(12)),
  requestIdentifiers: list(z.int().min(1)),
  needsAttention: z.boolean().optional(),
})

const SORT = ['createdAt', 'status', 'type'] as const
const COLUMNS = { createdAt: 'o.created_at', status: 'o.state', type: 'o.kind' } as const

export const bankViewBody = viewBody(bankFilter, SORT)
export const historyViewBody = viewBody(historyFilter, SORT)

export type OperationsView = z.infer<typeof historyViewBody>

/** One page of the operations that the caller may see and the filter lets through, newest first unless sorted. */
export async function viewOperations(
  trx: Knex,
  caller: Caller,
  asked: { view: OperationsView; kind?: Kind },
): Promise<Reply> {
  const { view, kind } = asked
  const query = operationsQuery(trx)
  if (kind !== undefined) void query.where('o.kind', kind)
  if (!seesAll(caller)) restrictToOrganization(trx, query, caller.organizationId)
  applyFilter(trx, query, view.filter ?? {})
  applySort(query, view.sort)
  const { total, rows } = await readPage<OperationRow>(trx, query, { ...view, countMax: TOTAL_MAX })
  return viewReply(view, total, await toProcesses(trx, rows))
}

export function readBankView({ filter, ...view }: z.infer<typeof bankViewBody>): OperationsView {
  if (!filter) return view
  const { startCreatedDate, finishCreatedDate, ...same } = filter
  return { ...view, filter: { ...same, createdAtFrom: startCreatedDate, createdAtTo: finishCreatedDate } }
}

/** Theirs: on their coin, or a transfer to it. */
export function restrictToOrganization(trx: Knex, query: Knex.QueryBuilder, organizationId: string): void {
  const coins = trx('coins').where({ organization_id: organizationId }).select('id')
  void query.where((either) => {
    void either.where('o.organization_id', organizationId).orWhereIn('o.counter_coin_id', coins)
  })
}

function applyFilter(
  trx: Knex,
  query: Knex.QueryBuilder,
  filter: NonNullable<OperationsView['filter']>,
): void {
  const {
    ids,
    coinSerials,
    orgIds,
    requestStatuses,
    types,
    statuses,
    phases,
    issuerIds,
    currencyCodes,
    requestIdentifiers,
  } = filter
  if (ids) void query.whereIn('o.id', ids)
  if (orgIds) void query.whereIn('o.organization_id', orgIds)
  if (issuerIds) void query.whereIn('o.issuer_id', issuerIds)
  if (currencyCodes) void query.whereIn('c.code', currencyCodes)
  if (requestIdentifiers) void query.whereIn('o.request_identifier', requestIdentifiers)
  if (types)
    void query.whereIn(
      'o.kind',
      KINDS.filter((one) => types.includes(wireType(one))),
    )
  if (statuses)
    void query.whereIn(
      'o.state',
      statuses.flatMap((status) => statesOfWireStatus(status, 'status')),
    )
  if (requestStatuses)
    void query.whereIn(
      'o.state',
      requestStatuses.flatMap((status) => statesOfWireStatus(status, 'requestStatus')),
    )
  if (phases) void query.whereIn('o.state', phases)
  if (filter.createdAtFrom) void query.where('o.created_at', '>=', filter.createdAtFrom)
  if (filter.createdAtTo) void query.where('o.created_at', '<=', filter.createdAtTo)
  if (filter.needsAttention !== undefined)
    void (filter.needsAttention ? query.whereNotNull('o.attention') : query.whereNull('o.attention'))
  if (coinSerials) {
    const coins = trx('coins').whereIn('serial', coinSerials).select('id')
    void query.where((either) => {
      void either.whereIn('o.coin_id', coins).orWhereIn('o.counter_coin_id', coins.clone())
    })
  }
}

function applySort(query: Knex.QueryBuilder, sort: OperationsView['sort']): void {
  const [field] = SORT.filter((name) => sort?.[name] !== undefined)
  const direction = field === undefined ? 'desc' : sort?.[field]
  void query.orderBy([
    { column: COLUMNS[field ?? 'createdAt'], order: direction ?? 'desc' },
    { column: 'o.id', order: direction ?? 'desc' },
  ])
}
