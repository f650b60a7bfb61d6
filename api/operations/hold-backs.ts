import type { Knex } from 'knex'
import type { z } from 'zod'
import type { OperationRow } from '#db/operations/operations.ts'
import { listChecks } from '#db/operations/operation-details.ts'
import { listGiven } from '#db/operations/situation.ts'
import { openRoles } from '#domain/approvals/approval.ts'
import { formatAmount } from '#domain/money.ts'
import type { processDetailSchema } from './process-schema.ts'

type HoldBacks = z.infer<typeof processDetailSchema>['holdBacks']

/** The rules pinned to an operation, and how far it has come with each. */
export async function readHoldBacks(trx: Knex, row: OperationRow, now: Date): Promise<HoldBacks> {
  const { limits, screening, approval } = row.rules
  const checks = screening === null ? [] : await listChecks(trx, row.id)
  const given = approval === null ? [] : await listGiven(trx, row.id)
  return {
    limits: limits.map(({ limit, qualifier, period, add, max }) => {
      const say = (value: string) =>
        qualifier === 'amount' ? formatAmount(BigInt(value), row.fraction) : value
      return { limit, period, qualifier, takes: say(add), max: say(max) }
    }),
    screening: screening && {
      policy: screening.policy,
      provider: screening.provider,
      checks: checks.map(({ n, verdict, reasons, started_at, answered_at }) => ({
        n,
        verdict,
        reasons,
        startedAt: started_at.toISOString(),
        answeredAt: answered_at?.toISOString() ?? null,
      })),
    },
    approval: approval && {
      rule: approval.rule,
      version: approval.version,
      order: approval.order,
      stages: approval.stages.map(({ roles, approvers }) => ({ roles: [...roles], approvers })),
      given: given.length,
      waitsFor:
        row.state === 'awaiting_decision'
          ? openRoles(approval, { given, waitingSince: row.state_since, now })
          : [],
    },
  }
}
