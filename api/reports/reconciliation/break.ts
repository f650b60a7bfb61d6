import { z } from 'zod'
import type { BreakRow } from '#db/reports/breaks.ts'
import { BREAK_KINDS } from '#domain/reports/reconciliation.ts'

export const BREAK_STATES = ['open', 'resolved', 'vanished'] as const

export const breakSchema = z
  .strictObject({
    id: z.string(),
    part: z.string().meta({
      description: '`book`, the label of a bank’s platform, or the id of a platform that keeps balances',
    }),
    kind: z.enum(BREAK_KINDS),
    subject: z
      .string()
      .meta({ description: "Id of an issuer or an operation, or a reference in the platform's book" }),
    ours: z.string().nullable().meta({ description: 'What stands here; null: nothing' }),
    theirs: z.string().nullable().meta({ description: 'What stands, or should stand, on the other side' }),
    state: z.enum(BREAK_STATES).meta({ description: 'vanished: a later run did not find it any more' }),
    firstSeenAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    lastRunId: z.string().nullable().meta({ description: 'null: found by a sync, or told by a call' }),
    reason: z.string().nullable(),
    proposedBy: z.string().nullable(),
    proposedAt: z.iso.datetime().nullable(),
    resolvedBy: z.string().nullable(),
    resolvedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Break' })

export function breakBody(row: BreakRow): z.infer<typeof breakSchema> {
  return {
    id: row.id,
    part: row.part,
    kind: row.kind,
    subject: row.subject,
    ours: row.ours,
    theirs: row.theirs,
    state: row.state,
    firstSeenAt: row.first_seen.toISOString(),
    lastSeenAt: row.last_seen.toISOString(),
    lastRunId: row.last_run,
    reason: row.reason,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at?.toISOString() ?? null,
    resolvedBy: row.resolved_by,
    resolvedAt: row.resolved_at?.toISOString() ?? null,
  }
}
