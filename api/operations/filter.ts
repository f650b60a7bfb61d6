import type { Knex } from 'knex'
import { z } from 'zod'
import { filterOperations, placeByPlace, placesOfOrganization } from '#db/operations/operation-filter.ts'
import { readPageOfMany, type Order } from '#db/page.ts'
import {
  KINDS,
  STATES,
  WIRE_REQUEST_STATUSES,
  WIRE_STATUSES,
  wireType,
  type Kind,
} from '#domain/operations/operation.ts'
import type { Caller, Reply } from '../http/endpoint.ts'
import { text } from '../http/fields.ts'
import { instant } from '../http/instant.ts'
import { COUNT_MAX, viewBody, viewReply } from '../http/view.ts'
import { listProcesses, seesAll } from './read-process.ts'

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
  const query = trx('operations as o').select('o.id', ...Object.values(COLUMNS))
  if (kind !== undefined) void query.where('o.kind', kind)
  const places = await filterOperations(trx, query, view.filter ?? {})
  if (!seesAll(caller)) places.push(await placesOfOrganization(trx, caller.organizationId))
  const { total, rows } = await readPageOfMany<{ id: string }>(trx, placeByPlace(query, places), {
    ...view,
    countMax: COUNT_MAX,
    order: orderOf(view.sort),
  })
  const ids = rows.map(({ id }) => id)
  return viewReply(view, total, await listProcesses(trx, caller.projectId, ids))
}

export function readBankView({ filter, ...view }: z.infer<typeof bankViewBody>): OperationsView {
  if (!filter) return view
  const { startCreatedDate, finishCreatedDate, ...same } = filter
  return { ...view, filter: { ...same, createdAtFrom: startCreatedDate, createdAtTo: finishCreatedDate } }
}

/** All one way, so that an index can be read in its order, forwards or backwards. */
function orderOf(sort: OperationsView['sort']): Order[] {
  const [field = 'createdAt'] = SORT.filter((name) => sort?.[name] !== undefined)
  const columns = new Set([COLUMNS[field], 'o.created_at', 'o.id'])
  return [...columns].map((column) => ({ column, order: sort?.[field] ?? 'desc' }))
}
