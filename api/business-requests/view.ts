import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { operationsQuery, type OperationRow } from '#db/operations.ts'
import { readPage } from '#db/page.ts'
import { formatAmount } from '#domain/money.ts'
import {
  WIRE_REQUEST_STATUSES,
  WIRE_STATUSES,
  statesOfWireStatus,
  whereTheMoneyIs,
  wireRequestStatus,
  wireStatus,
  wireType,
  type State,
  type Verb,
} from '#domain/operation.ts'
import { rolesWith } from '#domain/role.ts'
import { permissionToDecide } from '#domain/step.ts'
import { endpoint } from '../endpoint.ts'
import { amountOut } from '../fields.ts'
import { TOTAL_MAX, viewAnswer, viewBody, viewReply } from '../view.ts'

const TYPES = [wireType('top_up'), wireType('withdrawal')] as const

const filter = z.strictObject({
  identifiers: z.array(z.int().min(1)).max(100).optional(),
  statuses: z
    .array(z.enum(WIRE_REQUEST_STATUSES))
    .max(10)
    .optional()
    .meta({ description: 'Without it: what waits for a person' }),
  businessProcessTypes: z.array(z.enum(TYPES)).max(2).optional(),
})
const body = viewBody(filter, ['date'])

const requestSchema = z
  .strictObject({
    identifier: z.int(),
    status: z.enum(WIRE_REQUEST_STATUSES),
    businessProcessId: z.string(),
    businessProcessType: z.string(),
    businessProcessStatus: z.enum(WIRE_STATUSES),
    amount: amountOut,
    currency: z.string(),
    createdAt: z.string(),
    waits: z
      .strictObject({
        since: z.string(),
        until: z.string().nullable(),
        decisions: z.array(z.string()),
        roles: z.array(z.string()),
        notPersonId: z.string().nullable().meta({ description: 'Who asked, and so may not decide' }),
        where: z.string(),
      })
      .nullable()
      .meta({ description: 'What it waits for, for whom and since when; null where it waits for nobody' }),
  })
  .meta({ id: 'BusinessRequest' })

/** The queue of what waits for people, longest first. */
export const viewBusinessRequests = endpoint({
  method: 'post',
  path: '/business-requests/view',
  family: 'Approval queue',
  summary: 'What waits for a decision, for whom and since when',
  access: 'BUSINESS_REQUEST_VIEWER',
  body,
  answers: { 200: { description: 'One page, longest waiting first', body: viewAnswer(requestSchema) } },
  async handle(asked, { db }) {
    return inProject(db, asked.caller.projectId, async (trx) => {
      const { total, rows } = await readPage<OperationRow>(trx, requests(trx, asked.body), {
        ...asked.body,
        countMax: TOTAL_MAX,
      })
      return viewReply(asked.body, total, rows.map(toRequest))
    })
  },
})

const WAITING: Partial<Record<State, readonly Verb[]>> = {
  awaiting_decision: ['accept', 'decline'],
  awaiting_reference: ['confirm_payout', 'refuse_payout'],
}

function requests(trx: Knex, { filter: wanted = {}, sort }: z.infer<typeof body>): Knex.QueryBuilder {
  const { identifiers, statuses, businessProcessTypes } = wanted
  const query = operationsQuery(trx).where('o.needs_decision', true)
  const states =
    statuses?.flatMap((status) => statesOfWireStatus(status, 'requestStatus')) ?? Object.keys(WAITING)
  void query.whereIn('o.state', states)
  if (identifiers) void query.whereIn('o.request_identifier', identifiers)
  if (businessProcessTypes)
    void query.whereIn(
      'o.kind',
      (['top_up', 'withdrawal'] as const).filter((kind) => businessProcessTypes.includes(wireType(kind))),
    )
  const order = sort?.['date'] ?? 'asc'
  return query.orderBy([
    { column: 'o.state_since', order },
    { column: 'o.id', order },
  ])
}

function toRequest(row: OperationRow): z.infer<typeof requestSchema> {
  const decisions = WAITING[row.state]
  return {
    identifier: Number(row.request_identifier),
    status: wireRequestStatus(row.state),
    businessProcessId: row.id,
    businessProcessType: wireType(row.kind),
    businessProcessStatus: wireStatus(row.state),
    amount: formatAmount(BigInt(row.amount), row.fraction),
    currency: row.currency_code,
    createdAt: row.created_at.toISOString(),
    waits: decisions
      ? {
          since: row.state_since.toISOString(),
          until: row.state === 'awaiting_decision' ? (row.decide_by?.toISOString() ?? null) : null,
          decisions: [...decisions],
          roles: rolesWith(permissionToDecide(row.kind)),
          notPersonId: row.asked_by,
          where: whereTheMoneyIs(row.kind, row.state),
        }
      : null,
  }
}
