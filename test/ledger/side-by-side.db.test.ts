import { inProject } from '#db/connection.ts'
import { recordIntent } from '#db/operations/intents.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { systemAccount } from '#domain/operations/accounting.ts'
import { hasWorkflow } from '#domain/operations/workflow-id.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import {
  bookAtOnceStep,
  registerReturnStep,
  registerStep,
  type OperationFacts,
} from '#domain/operations/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import { id } from '#test/support/book.ts'
import { addBanks } from '#test/support/engine-people.ts'
import { opened } from '#test/support/opened.ts'
import { useBook } from '#test/support/use-book.ts'

/** Steps of one batch are judged before any of them is written: those that would have to see each other must not share one. */
describe('steps that come at the same moment', () => {
  const book = useBook()
  const ledger = opened(async () => createLedger(book.db, { underWay: 1 }))
  let bank: string
  let coin: string
  let organization: string

  beforeAll(async () => {
    bank = (await addBanks(book)).manual
  })
  beforeEach(async () => {
    coin = await book.addCoin()
    organization = await book.organizationOf(coin)
  })

  it('move the money of a bank line once', async () => {
    const { line, step } = newLine(`ref-${id('op')}`)
    await ledger.apply(book.projectId, step, 'api')
    const before = await suspense()
    const wishes = [1, 2, 3].map(() => wish({ kind: 'top_up', amount: 2_000n, bankLine: line }))
    expect((await registerTogether(await Promise.all(wishes))).toSorted()).toEqual([
      'applied',
      'bank_line_taken',
      'bank_line_taken',
    ])
    expect(before - (await suspense())).toBe(2_000n)
  })

  it('take a line once by the bank’s reference, whoever shares the batch', async () => {
    const before = await suspense()
    const reference = `ref-${id('op')}`
    const apart = [createLedger(book.db), createLedger(book.db), ledger, ledger, ledger, ledger]
    const answers = await Promise.all(
      apart.map((one) => one.apply(book.projectId, newLine(reference).step, 'api')),
    )
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual([
      'applied',
      ...Array<string>(5).fill('unknown'),
    ])
    expect((await suspense()) - before).toBe(2_000n)
  })

  it('take a line once where the answer was lost and it is applied again', async () => {
    const before = await suspense()
    const { step } = newLine(`ref-${id('op')}`)
    await ledger.apply(book.projectId, step, 'api')
    expect(await ledger.apply(book.projectId, step, 'api')).toMatchObject({ outcome: 'repeated' })
    expect((await suspense()) - before).toBe(2_000n)
  })

  it('correct no more than there was', async () => {
    const original = await wish({ kind: 'top_up', amount: 100n })
    await ledger.apply(book.projectId, registerStep(original), 'workflow')
    await book.fund(coin, 1_000n)
    const wishes = [60n, 60n, 40n].map((amount) =>
      wish({ kind: 'reversal', amount, reversalOf: original.id }),
    )
    expect(await registerTogether(await Promise.all(wishes))).toEqual([
      'applied',
      'reversal_exceeds_original',
      'applied',
    ])
    expect((await book.balances()).get(coin)?.held).toBe(100n)
  })

  it('give back no more than was paid out', async () => {
    const original = await wish({ kind: 'top_up', amount: 100n })
    await ledger.apply(book.projectId, registerStep(original), 'workflow')
    const before = (await book.balances()).get(coin)?.posted ?? 0n
    const wishes = [60n, 60n].map((amount) =>
      wish({ kind: 'return', amount, returnOf: original.id, returnReference: id('op') }),
    )
    expect(await registerTogether(await Promise.all(wishes))).toEqual(['applied', 'return_exceeds_original'])
    expect(((await book.balances()).get(coin)?.posted ?? 0n) - before).toBe(61n)
  })

  it.each([
    ['too much', 3n, 'reversal_outdated'],
    ['too little', 1n, 'reversal_outdated'],
    ['the rest', 2n, 'applied'],
  ])('give back the commission with the last of it: %s', async (_, commissionBack, outcome) => {
    const original = await book.ask({ coin, amount: 100n, senderAmount: 103n, recipientAmount: 100n })
    await ledger.apply(book.projectId, registerStep(original), 'workflow')
    const first = await wish({ kind: 'reversal', amount: 50n, reversalOf: original.id, commissionBack: 1n })
    const last = await wish({ kind: 'reversal', amount: 50n, reversalOf: original.id, commissionBack })
    expect(await registerTogether([first, last])).toEqual(['applied', outcome])
  })

  it('go back to a coin only while it is open', async () => {
    const counter = await book.addCoin()
    const original = await wish({ kind: 'top_up', amount: 100n })
    await ledger.apply(book.projectId, registerStep(original), 'workflow')
    const operation = id('op')
    const same = { amount: 10n, senderAmount: 10n, recipientAmount: 10n, needsDecision: false }
    const about = { coin, counterCoin: counter, issuer: book.issuerId, organization, rules: NOTHING_PINNED }
    // Closed before anybody asks: from then on it would count as in use.
    await inProject(book.db, book.projectId, (trx) =>
      trx.raw('select close_account(?, ?)', [book.projectId, counter]),
    )
    await recordIntent(book.db, book.projectId, {
      id: operation,
      kind: 'reversal',
      reversalOf: original.id,
      ...same,
      ...about,
    })
    const facts = await findOperationFacts(book.db, operation)
    expect(facts && (await registerTogether([facts]))).toEqual(['coin_inactive'])
  })

  async function wish({ kind, amount, ...more }: Wished): Promise<OperationFacts> {
    if (!hasWorkflow(kind)) throw new Error(`a ${kind} is nobody’s wish`)
    const common = { coin, issuer: book.issuerId, organization, rules: NOTHING_PINNED, askedBy: book.asker }
    const same = { amount, senderAmount: amount, recipientAmount: amount, needsDecision: false }
    const operation = id('op')
    await recordIntent(book.db, book.projectId, { id: operation, kind, ...common, ...same, ...more })
    const facts = await findOperationFacts(book.db, operation)
    if (!facts) throw new Error('no such operation')
    return facts
  }

  /** The first goes alone; the others gather behind it and share a batch. */
  async function registerTogether(wishes: readonly OperationFacts[]) {
    const first = await wish({ kind: 'top_up', amount: 1n })
    const steps = [first, ...wishes].map((facts) =>
      facts.kind === 'return' ? registerReturnStep(facts) : registerStep(facts),
    )
    const [, ...answers] = await Promise.all(
      steps.map((step) => ledger.apply(book.projectId, step, 'workflow')),
    )
    return answers.map(({ outcome, refusal }) => refusal ?? outcome)
  }

  function newLine(reference: string, amount = 2_000n) {
    const line = id('line')
    const same = { amount, senderAmount: amount, recipientAmount: amount, rules: NOTHING_PINNED }
    const facts: OperationFacts = {
      ...same,
      id: id('op'),
      projectId: book.projectId,
      kind: 'bank_line',
      needsDecision: false,
      coinId: null,
      counterCoinId: null,
      organizationId: organization,
      issuerId: book.issuerId,
      commissionBack: 0n,
      revenue: 'regular_system_commission',
      platform: null,
      bankAccountId: null,
      bankLineId: line,
    }
    const step = bookAtOnceStep(facts, {
      ...same,
      coin: null,
      counterCoin: null,
      issuer: book.issuerId,
      organization,
      bank,
      bankLine: line,
      newLine: { id: line, reference, text: 'from somebody' },
      askedBy: book.asker,
      bodyHash: '00',
    })
    return { line, step }
  }

  async function suspense() {
    return (await book.balances()).get(systemAccount(book.issuerId, 'suspense'))?.posted ?? 0n
  }
})

type Wished = Pick<OperationFacts, 'kind'> & {
  readonly amount: bigint
  readonly bankLine?: string
  readonly reversalOf?: string
  readonly commissionBack?: bigint
  readonly returnOf?: string
  readonly returnReference?: string
}
