import { inProject } from '#db/connection.ts'
import { addFreeze } from '#db/identity/freezes.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import {
  expireStep,
  registerStep,
  screenedStep,
  type OperationFacts,
  type Step,
} from '#domain/operations/step.ts'
import { applySteps, encodeStep } from '#ledger/apply-steps.ts'
import { createLedger } from '#ledger/ledger.ts'
import { id } from '#test/support/book.ts'
import { opened } from '#test/support/opened.ts'
import { transferStep } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'
import { untilWaiting } from '#test/support/waiting.ts'

/** What one step changes for the next: whoever shares a batch must not come to an end that no order of them would reach. */
describe('steps of one client at the same moment', () => {
  const book = useBook()
  const ledger = opened(async () => createLedger(book.db, { underWay: 1 }))
  let coin: string
  let organization: string

  beforeEach(async () => {
    coin = await book.addCoin()
    organization = await book.organizationOf(coin)
    await book.fund(coin, 100n)
  })

  it('use none of what a hit has released: with it the client is frozen', async () => {
    const hit = screenedStep(await screened(), { n: 1, verdict: 'hit', isApproved: false })
    const next = registerStep(await withdraw(100n))
    expect(await together(hit, next)).toEqual(['applied rejected', 'client_frozen'])
  })

  it('have ended when a freeze is answered, and know of it where they come later', async () => {
    const ended: string[] = []
    const [early, late] = [registerStep(await withdraw(10n)), registerStep(await withdraw(10n))]
    const { frozen } = await inProject(book.owner, book.projectId, async (trx) => {
      await applySteps(trx, book.projectId, { steps: [encodeStep(early)], source: 'workflow' })
      const freeze = inProject(book.db, book.projectId, (other) =>
        addFreeze(other, organization, { reason: 'FRAUD', description: null, by: book.asker }),
      )
      await untilWaiting(trx)
      ended.push('step')
      return { frozen: freeze.then(() => ended.push('freeze')) }
    })
    await frozen
    expect(ended).toEqual(['step', 'freeze'])
    expect((await ledger.apply(book.projectId, late, 'workflow')).refusal).toBe('client_frozen')
  })

  it('that come before a hit find the funds held, and those behind it the client frozen', async () => {
    const hit = screenedStep(await screened(), { n: 1, verdict: 'hit', isApproved: false })
    const [before, after] = [registerStep(await withdraw(100n)), registerStep(await withdraw(1n))]
    expect(await together(before, hit, after)).toEqual([
      'exceeds_available_balance',
      'applied rejected',
      'client_frozen',
    ])
  })

  it('reach nobody whom a hit has frozen', async () => {
    const hit = screenedStep(await screened(), { n: 1, verdict: 'hit', isApproved: false })
    const rich = await book.addCoin()
    await book.fund(rich, 50n)
    const move = transferStep(book, id('op'), {
      coin: rich,
      counterCoin: coin,
      organization: await book.organizationOf(rich),
      amount: 50n,
      askedBy: book.asker,
      bodyHash: '00',
    })
    expect(await together(hit, move)).toEqual(['applied rejected', 'client_frozen'])
  })

  it('find what was given back of a limit together with the funds', async () => {
    const limit = id('lim')
    const rules = {
      ...NOTHING_PINNED,
      limits: [{ limit, qualifier: 'amount', period: 'life', add: '100', max: '100' }] as const,
    }
    const first = await withdraw(100n, rules)
    await ledger.apply(book.projectId, registerStep(first), 'workflow')
    await book.makeDue(first.id)
    const next = await withdraw(100n, rules)
    // Before the first is declined there are no funds; after it there is the limit, too.
    expect(await together(expireStep(first), registerStep(next))).toEqual([
      'applied declined',
      'applied awaiting_decision',
    ])
    const used = await inProject(book.db, book.projectId, async (trx) => {
      const row: { used: string } = await trx('limit_usage')
        .where({ limit_id: limit, organization_id: organization })
        .first()
      return row.used
    })
    expect(used).toBe('100')
  })

  /** The first goes alone; the others gather behind it. */
  async function together(...steps: readonly Step[]) {
    const other = await book.ask({ coin: await book.addCoin(), amount: 1n })
    const [, ...answers] = await Promise.all(
      [registerStep(other), ...steps].map((step) => ledger.apply(book.projectId, step, 'workflow')),
    )
    return answers.map(({ outcome, refusal, state }) => refusal ?? `${outcome} ${state ?? ''}`)
  }

  function withdraw(amount: bigint, rules: OperationFacts['rules'] = NOTHING_PINNED) {
    return book.ask({ kind: 'withdrawal', coin, amount, needsDecision: true, rules })
  }

  /** All that is there, held by a withdrawal that is being checked. */
  async function screened() {
    const screening = { policy: 'pol', provider: 'rules', maxAgeMs: 1_000 }
    const facts = await withdraw(100n, { ...NOTHING_PINNED, screening })
    await ledger.apply(book.projectId, registerStep(facts), 'workflow')
    return facts
  }
})
