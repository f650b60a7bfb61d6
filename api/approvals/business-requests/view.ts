import type { Knex } from 'knex'
import { z } from 'zod'
import { readDecider } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { operationsQuery, type OperationRow } from '#db/operations/operations.ts'
import { readPage, type PageOf } from '#db/page.ts'
import { listGivenOf } from '#db/operations/situation.ts'
import { openRoles, type Decider, type Given } from '#domain/approvals/approval.ts'
import { mayDecide } from '#domain/approvals/judge-decision.ts'
import { formatAmount } from '#domain/money.ts'
import {
  AWAITED,
  STATES,
  WIRE_REQUEST_STATUSES,
  WIRE_STATUSES,
  statesOfWireStatus,
  whereTheMoneyIs,
  wireRequestStatus,
  wireStatus,
  wireType,
} from '#domain/operations/operation.ts'
import type { Role } from '#domain/identity/role.ts'
import { rolesToDecide } from '#domain/operations/step.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { amountOut } from '../../http/fields.ts'
import { KINDS } from '../../operations/decision-endpoint.ts'
import { COUNT_MAX, viewAnswer, viewBody, viewReply } from '../../http/view.ts'

const TYPES = KINDS.map(wireType)

const filter = z.strictObject({
  identifiers: z.array(z.int().min(1)).max(100).optional(),
  statuses: z
    .array(z.enum(WIRE_REQUEST_STATUSES))
    .max(10)
    .optional()
    .meta({ description: 'Without it: what waits for a person' }),
  businessProcessTypes: z.array(z.enum(TYPES)).max(TYPES.length).optional(),
  forMe: z.boolean().optional().meta({
    description: 'Only what you could decide now, in your role, a delegated one or an escalation',
  }),
  decidedByMe: z.boolean().optional().meta({ description: 'What you decided, whatever became of it' }),
})
const body = viewBody(filter, ['date'])

const requestSchema = z
  .strictObject({
    identifier: z.int(),
    status: z.enum(WIRE_REQUEST_STATUSES),
    businessProcessId: z.string(),
    businessProcessType: z.string(),
    businessProcessStatus: z.enum(WIRE_STATUSES),
    phase: z.enum(STATES),
    amount: amountOut,
    currency: z.string(),
    createdAt: z.string(),
    waits: z
      .strictObject({
        since: z.string(),
        until: z.string().nullable(),
        decisions: z.array(z.string()),
        roles: z.array(z.string()).meta({ description: 'Roles that could decide now' }),
        given: z.int().meta({ description: 'Accepts so far' }),
        needed: z.int().meta({ description: 'Accepts that the rule asks for' }),
        notPersonId: z.string().nullable().meta({ description: 'Who asked, and so may not decide' }),
        forMe: z.boolean().meta({ description: 'You could decide now' }),
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
  async handle(asked, { db, now }) {
    return inProject(db, asked.caller.projectId, async (trx) => {
      const at = now()
      const decider = await readDecider(trx, asked.caller.personId, at)
      const query = requests(trx, asked.caller, asked.body)
      const { total, rows } = asked.body.filter?.forMe
        ? await readPageForMe(trx, query, { ...asked.body, decider, at })
        : await readPage<OperationRow>(trx, query, { ...asked.body, countMax: COUNT_MAX })
      const given = await listGivenOf(
        trx,
        rows.map(({ id }) => id),
      )
      return viewReply(
        asked.body,
        total,
        rows.map((row) => toRequest(row, { given: given.get(row.id) ?? [], decider, at })),
      )
    })
  },
})

/** Who could decide is judged one by one, so the page is gathered from the oldest of what waits, up to this many. */
const LOOKED_AT_MAX = 2_000

async function readPageForMe(
  trx: Knex,
  query: Knex.QueryBuilder,
  asked: { pageNumber: number; pageSize: number; decider: Decider; at: Date },
): Promise<PageOf<OperationRow>> {
  const waiting: OperationRow[] = await query.clone().limit(LOOKED_AT_MAX)
  const given = await listGivenOf(
    trx,
    waiting.map(({ id }) => id),
  )
  const mine = waiting.filter((row) => isFor(row, { given: given.get(row.id) ?? [], ...asked }))
  const from = asked.pageNumber * asked.pageSize
  return { total: mine.length, rows: mine.slice(from, from + asked.pageSize) }
}

type Around = { readonly given: readonly Given[]; readonly decider: Decider; readonly at: Date }

function isFor(row: OperationRow, { given, decider, at: now }: Around): boolean {
  return mayDecide(
    { kind: row.kind, rules: row.rules },
    { state: row.state, askedBy: row.asked_by, given, decider, stateSince: row.state_since, now },
  )
}

function requests(
  trx: Knex,
  { personId }: Caller,
  { filter: wanted = {}, sort }: z.infer<typeof body>,
): Knex.QueryBuilder {
  const { identifiers, statuses, businessProcessTypes, decidedByMe } = wanted
  const query = operationsQuery(trx).whereIn(
    'o.kind',
    KINDS.filter((kind) => !businessProcessTypes || businessProcessTypes.includes(wireType(kind))),
  )
  const byDefault = decidedByMe ? STATES : Object.keys(AWAITED)
  const states = statuses?.flatMap((status) => statesOfWireStatus(status, 'requestStatus')) ?? byDefault
  void query.whereIn('o.state', states)
  // What was booked at once never waited for anybody.
  if (statuses)
    void query.where(
      (either) => void either.where('o.needs_decision', true).orWhereIn('o.state', Object.keys(AWAITED)),
    )
  if (decidedByMe)
    void query.whereIn('o.id', trx('decisions').where({ person_id: personId }).select('operation_id'))
  if (identifiers) void query.whereIn('o.request_identifier', identifiers)
  const order = sort?.['date'] ?? 'asc'
  return query.orderBy([
    { column: 'o.state_since', order },
    { column: 'o.id', order },
  ])
}

function toRequest(row: OperationRow, around: Around): z.infer<typeof requestSchema> {
  const decisions = AWAITED[row.state]
  return {
    identifier: Number(row.request_identifier),
    status: wireRequestStatus(row.state),
    businessProcessId: row.id,
    businessProcessType: wireType(row.kind),
    businessProcessStatus: wireStatus(row.state),
    phase: row.state,
    amount: formatAmount(BigInt(row.amount), row.fraction),
    currency: row.currency_code,
    createdAt: row.created_at.toISOString(),
    waits: decisions
      ? {
          since: row.state_since.toISOString(),
          until:
            (row.state !== 'review' && row.state !== 'awaiting_reference' && row.decide_by?.toISOString()) ||
            null,
          decisions: [...decisions],
          roles: rolesFor(row, around),
          given: around.given.length,
          needed: row.rules.approval?.stages.reduce((sum, { approvers }) => sum + approvers, 0) ?? 0,
          notPersonId: row.asked_by,
          forMe: isFor(row, around),
          where: whereTheMoneyIs(row.kind, row.state),
        }
      : null,
  }
}

function rolesFor(row: OperationRow, { given, at: now }: Around): Role[] {
  const [verb = 'accept'] = AWAITED[row.state] ?? []
  const { approval } = row.rules
  return verb === 'accept' && approval !== null
    ? openRoles(approval, { given, waitingSince: row.state_since, now })
    : rolesToDecide(row.kind, verb)
}
