import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import type { ApprovalStage } from '#domain/operations/approval-plan.ts'
import type { Kind } from '#domain/operations/operation.ts'
import { id } from './book.ts'
import type { Engine } from './engine.ts'

export type RuleAsked = {
  readonly kind: Kind
  readonly stages: readonly ApprovalStage[]
  readonly order?: 'sequence' | 'together'
  readonly fromAmount?: bigint
  readonly toAmount?: bigint
  readonly expiresAfterMs?: number
  readonly escalation?: { readonly afterMs: number; readonly roles: readonly string[] }
}

/** An approval rule in force, made behind the API's back; how people make one is tested elsewhere. */
export async function addApprovalRule(engine: Engine, asked: RuleAsked): Promise<string> {
  const { book } = engine
  const rule = id('apr')
  const { kind, stages, order = 'sequence', fromAmount = 0n, toAmount, expiresAfterMs, escalation } = asked
  await inProject(book.db, book.projectId, async (trx) => {
    await trx('approval_rules').insert({
      id: rule,
      project_id: book.projectId,
      version: 1,
      active: true,
      kind,
      issuer_id: book.issuerId,
      from_amount: fromAmount.toString(),
      to_amount: toAmount?.toString() ?? null,
      ordering: order,
      stages: JSON.stringify(stages),
      expires_after_ms: expiresAfterMs ?? null,
      escalation: escalation ? JSON.stringify(escalation) : null,
      change_id: await addApprovedChange(trx, engine, { rule, base: 0 }),
    })
  })
  return rule
}

export async function removeApprovalRule(engine: Engine, rule: string): Promise<void> {
  const { book } = engine
  await inProject(book.db, book.projectId, async (trx) => {
    const row: { active: boolean; version: number } = await trx('approval_rules').where({ id: rule }).first()
    if (!row.active) return
    const change = await addApprovedChange(trx, engine, { rule, base: row.version })
    await trx('approval_rules')
      .where({ id: rule })
      .update({ active: false, version: row.version + 1, change_id: change })
  })
}

async function addApprovedChange(
  trx: Knex,
  { book, administrator, accountant }: Engine,
  { rule, base }: { rule: string; base: number },
): Promise<string> {
  const change = id('apc')
  await trx('approval_rule_changes').insert({
    id: change,
    project_id: book.projectId,
    rule_id: rule,
    action: base === 0 ? 'create' : 'remove',
    base_version: base,
    proposed: base === 0 ? JSON.stringify({}) : null,
    state: 'approved',
    proposed_by: administrator.id,
    decided_by: accountant.id,
    decided_at: new Date(),
  })
  return change
}

/** A policy that has these kinds screened by the embedded provider or another. */
export async function addScreeningPolicy(
  { book }: Engine,
  asked: {
    readonly kinds: readonly Kind[]
    readonly provider?: string
    readonly maxAgeMs?: number
    readonly patienceMs?: number
  },
): Promise<string> {
  const policy = id('scp')
  await inProject(book.db, book.projectId, (trx) =>
    trx('screening_policies').insert({
      id: policy,
      project_id: book.projectId,
      name: policy,
      kinds: asked.kinds,
      provider: asked.provider ?? 'rules',
      max_age_ms: asked.maxAgeMs ?? 86_400_000,
      patience_ms: asked.patienceMs ?? 60_000,
    }),
  )
  return policy
}

/** Names that are a hit, or a review, wherever they turn up. */
export async function listName({ book }: Engine, name: string, onMatch: 'hit' | 'review'): Promise<void> {
  const list = id('scl')
  await inProject(book.db, book.projectId, async (trx) => {
    await trx('screening_lists').insert({
      id: list,
      project_id: book.projectId,
      name: `List ${randomBytes(4).toString('hex')}`,
      on_match: onMatch,
      match_from: 95,
      near_from: 90,
    })
    await trx('screening_entries').insert({
      id: id('sce'),
      project_id: book.projectId,
      list_id: list,
      name,
      kind: 'person',
    })
  })
}
