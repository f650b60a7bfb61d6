import type { Knex } from 'knex'
import { writeApprovalRule, type RuleTerms } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { opened } from '#test/support/opened.ts'
import { openRulesDesk } from '#test/support/rules-desk.ts'
import { untilWaiting } from '#test/support/waiting.ts'

const desk = opened(openRulesDesk, ({ close }) => close())
let issuerId: string
beforeEach(async () => {
  issuerId = await desk.useFreshIssuer()
})

describe('the database', () => {
  test('lets no rule change without an approved change of that very version', async () => {
    const id = await desk.makeRule()
    const used = ((await desk.get(id)).at('versions.0') as { changeId: string }).changeId
    const pending = (await desk.patch(id, { toAmount: '500' })).text('id')
    await expect(write(id, 2, { change: pending })).rejects.toThrow('no approved change')
    await expect(write(id, 2, { change: used })).rejects.toThrow('no approved change')
    await expect(write('apr_other', 1, { change: used })).rejects.toThrow('no approved change')
    await expect(write(id, 3, { change: used })).rejects.toThrow('one version at a time')
    await expect(run((trx) => trx('approval_rules').where({ id }).delete())).rejects.toThrow(
      'one version at a time',
    )
  })

  test('lets no amount have two rules', async () => {
    await desk.makeRule({ toAmount: '200' })
    const { id, change } = await approveOnly({ fromAmount: '200' })
    await expect(write(id, 1, { change, band: ['19999', null] })).rejects.toThrow('overlaps')
    await write(id, 1, { change, band: ['20000', null] })
  })

  test('lets no amount have two rules, also where two are written at the same moment', async () => {
    const [one, other] = [await approveOnly(), await approveOnly()]
    let second: Promise<unknown> = Promise.resolve()
    await run(async (trx) => {
      await writeIn(trx, { ...one, version: 1 })
      second = write(other.id, 1, other).catch((error: unknown) => error)
      // It cannot see the first, which is not committed: it has to wait for it.
      await Promise.race([second, untilWaiting(trx)])
    })
    expect(String(await second)).toContain('overlaps')
    expect(await desk.inForce()).toHaveLength(1)
  })

  test('keeps decided changes and versions as they are', async () => {
    const id = await desk.makeRule()
    const where = { rule_id: id }
    await expect(
      run((trx) => trx('approval_rule_versions').where(where).update({ version: 9 })),
    ).rejects.toThrow('append-only')
    await expect(run((trx) => trx('approval_rule_versions').where(where).delete())).rejects.toThrow(
      'append-only',
    )
    await expect(
      run((trx) => trx('approval_rule_changes').where(where).update({ decided_by: desk.accountant.id })),
    ).rejects.toThrow('stays as it is')
    await expect(run((trx) => trx('approval_rule_changes').where(where).delete())).rejects.toThrow(
      'stays as it is',
    )
  })
})

function terms([from, to]: readonly [string, string | null]): RuleTerms {
  return {
    kind: 'withdrawal',
    issuer_id: issuerId,
    from_amount: from,
    to_amount: to,
    ordering: 'sequence',
    stages: [{ roles: ['cfo'], approvers: 1 }],
    expires_after_ms: null,
    escalation: null,
  }
}

function run<T>(work: (trx: Knex) => Promise<T>): Promise<T> {
  return inProject(desk.db, desk.projectId, work)
}

type Written = { readonly change: string; readonly band?: readonly [string, string | null] }

/** Behind the API's back. */
function write(id: string, version: number, written: Written): Promise<void> {
  return run((trx) => writeIn(trx, { id, version, ...written }))
}

function writeIn(trx: Knex, asked: Written & { id: string; version: number }): Promise<void> {
  const { id, version, change, band = ['0', null] } = asked
  const head = { id, project_id: desk.projectId, version, active: true, change_id: change }
  return writeApprovalRule(trx, { ...head, terms: terms(band) })
}

/** A new rule that was approved and is not written yet. */
async function approveOnly(more: object = {}): Promise<{ id: string; change: string }> {
  const proposed = await desk.propose(more)
  const change = proposed.text('id')
  await run((trx) =>
    trx('approval_rule_changes')
      .where({ id: change })
      .update({ state: 'approved', decided_by: desk.cfo.id, decided_at: new Date() }),
  )
  return { id: proposed.text('ruleId'), change }
}
