import { systemAccount } from '#domain/operations/accounting.ts'
import type { OperationFacts } from '#domain/operations/step.ts'
import {
  expireStep,
  platformConfirmedStep,
  platformRefusedStep,
  outcomeUnknownStep,
  registerStep,
} from '#domain/operations/step.ts'
import { createLedger, type Ledger } from '#ledger/ledger.ts'
import { id } from '#test/support/book.ts'
import { decided, transferStep } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'

describe('the book', () => {
  const book = useBook()
  let coin: string
  let accountant: string

  beforeAll(async () => {
    accountant = await book.addPerson('accountant')
  })
  beforeEach(async () => {
    coin = await book.addCoin()
  })

  it('credits a direct top-up once, however often its step is applied', async () => {
    const step = registerStep(await book.ask({ coin, amount: 1_000n }))
    const answers = [await apply(step), await apply(step), ...(await Promise.all([apply(step), apply(step)]))]
    expect(answers.map(({ outcome }) => outcome)).toEqual(['applied', 'repeated', 'repeated', 'repeated'])
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 0n })
  })

  it('issues what it credits: the issuing balance mirrors what circulates', async () => {
    const before = (await balanceOf(systemAccount(book.issuerId, 'issuing_balance')))?.posted ?? 0n
    await topUp(700n)
    expect(await balanceOf(systemAccount(book.issuerId, 'issuing_balance'))).toEqual({
      posted: before - 700n,
      held: 0n,
    })
  })

  it('holds a requested withdrawal and refuses a second one that the rest does not cover', async () => {
    await topUp(1_000n)
    const first = await book.ask({ kind: 'withdrawal', coin, amount: 700n, needsDecision: true })
    const second = await book.ask({ kind: 'withdrawal', coin, amount: 700n, needsDecision: true })
    const answers = await Promise.all([first, second].map((facts) => apply(registerStep(facts))))
    expect(answers).toMatchObject([
      { outcome: 'applied', state: 'awaiting_decision' },
      { outcome: 'refused', refusal: 'exceeds_available_balance', state: 'refused' },
    ])
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 700n })
  })

  it('captures the hold into payout transit on accept, and redeems it when the bank confirms', async () => {
    await topUp(1_000n)
    const facts = await requestWithdrawal(400n)
    await apply(decided(facts, 'accept', await book.issueTicket(facts.id, accountant, 'accept')))
    expect(await balanceOf(coin)).toEqual({ posted: 600n, held: 0n })
    expect((await balanceOf(systemAccount(book.issuerId, 'payout_transit')))?.posted).toBe(400n)
    await apply(platformConfirmedStep(facts, { platformReference: 'BANK-1' }))
    expect((await balanceOf(systemAccount(book.issuerId, 'payout_transit')))?.posted).toBe(0n)
  })

  it('credits the client again when the bank refuses, and a late confirmation then does nothing', async () => {
    await topUp(1_000n)
    const facts = await requestWithdrawal(400n)
    await apply(decided(facts, 'accept', await book.issueTicket(facts.id, accountant, 'accept')))
    await apply(outcomeUnknownStep(facts))
    expect(await apply(platformRefusedStep(facts, 'closed account'))).toMatchObject({
      outcome: 'applied',
      state: 'failed',
    })
    expect(await apply(platformConfirmedStep(facts, { platformReference: 'BANK-2' }))).toMatchObject({
      outcome: 'late',
      state: 'failed',
    })
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 0n })
  })

  it.each(['decline', 'expire'] as const)(
    'releases the hold on %s, exactly as it was before',
    async (how) => {
      await topUp(1_000n)
      const facts = await requestWithdrawal(400n)
      await book.makeDue(facts.id)
      const step =
        how === 'expire'
          ? expireStep(facts)
          : decided(facts, 'decline', await book.issueTicket(facts.id, accountant, 'decline'))
      expect(await apply(step)).toMatchObject({ outcome: 'applied', state: 'declined' })
      expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 0n })
    },
  )

  it('lets one of accept, decline and expiry win when they come at the same moment', async () => {
    await topUp(1_000n)
    const other = await book.addPerson('accountant')
    const facts = await requestWithdrawal(400n)
    await book.makeDue(facts.id)
    const accept = decided(facts, 'accept', await book.issueTicket(facts.id, accountant, 'accept'))
    const decline = decided(facts, 'decline', await book.issueTicket(facts.id, other, 'decline'))
    const rival = createLedger(book.db)
    const answers = await Promise.all([
      apply(accept),
      rival.apply(book.projectId, decline, 'workflow'),
      rival.apply(book.projectId, expireStep(facts), 'workflow'),
    ])
    expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
    expect(answers.filter(({ outcome }) => outcome === 'late')).toHaveLength(2)
  })

  it('gives the same person the same answer again, and tells another that it is late', async () => {
    const other = await book.addPerson('accountant')
    const facts = await book.ask({ coin, amount: 5n, needsDecision: true })
    await apply(registerStep(facts))
    const accept = async (person: string) =>
      apply(decided(facts, 'accept', await book.issueTicket(facts.id, person, 'accept')))
    expect(await accept(accountant)).toMatchObject({ outcome: 'applied', state: 'processed' })
    expect(await accept(accountant)).toMatchObject({ outcome: 'repeated', refusal: null, state: 'processed' })
    expect(await accept(other)).toMatchObject({ outcome: 'late', state: 'processed' })
    expect(await balanceOf(coin)).toEqual({ posted: 5n, held: 0n })
  })

  describe('a decision', () => {
    it.each([
      ['without a known ticket', async () => id('tkt'), 'ticket_unknown'],
      [
        'with a ticket of another operation',
        async () => book.issueTicket((await book.ask({ coin, amount: 1n })).id, accountant, 'accept'),
        'ticket_unknown',
      ],
      [
        'with a ticket to decline',
        (operation: string) => book.issueTicket(operation, accountant, 'decline'),
        'ticket_for_another_decision',
      ],
      [
        'with a ticket that is over',
        (operation: string) =>
          book.issueTicket(operation, accountant, { verb: 'accept', validUntil: new Date(0) }),
        'ticket_expired',
      ],
      [
        'by somebody without the role',
        async (operation: string) =>
          book.issueTicket(operation, await book.addPerson('administrator'), 'accept'),
        'decider_not_permitted',
      ],
    ] as const)('%s is refused and changes nothing', async (_, ticketFor, refusal) => {
      const facts = await book.ask({ coin, amount: 100n, needsDecision: true })
      await apply(registerStep(facts))
      expect(await apply(decided(facts, 'accept', await ticketFor(facts.id)))).toMatchObject({
        outcome: 'refused',
        refusal,
        state: 'awaiting_decision',
      })
      expect(await balanceOf(coin)).toEqual({ posted: 0n, held: 0n })
    })

    it('by the one who asked is refused, even with the role', async () => {
      const facts = await book.ask({ coin, amount: 100n, needsDecision: true, askedBy: accountant })
      await apply(registerStep(facts))
      const ticket = await book.issueTicket(facts.id, accountant, 'accept')
      expect(await apply(decided(facts, 'accept', ticket))).toMatchObject({
        outcome: 'refused',
        refusal: 'decider_is_the_asker',
      })
    })

    it('counts only while the person still holds the role', async () => {
      const facts = await book.ask({ coin, amount: 100n, needsDecision: true })
      await apply(registerStep(facts))
      const demoted = await book.addPerson('accountant')
      const ticket = await book.issueTicket(facts.id, demoted, 'accept')
      await book.owner.transaction(async (trx) => {
        await trx.raw("select set_config('sluice.project', ?, true)", [book.projectId])
        await trx('members').where({ person_id: demoted }).update({ active: false })
      })
      expect(await apply(decided(facts, 'accept', ticket))).toMatchObject({
        refusal: 'decider_not_permitted',
      })
    })

    it('on an inactive coin is refused and can be taken again once the coin is active', async () => {
      const facts = await book.ask({ coin, amount: 100n, needsDecision: true })
      await apply(registerStep(facts))
      const accept = async () =>
        apply(decided(facts, 'accept', await book.issueTicket(facts.id, accountant, 'accept')))
      await book.db.raw('select set_account_active(?, ?, false)', [book.projectId, coin])
      expect(await accept()).toMatchObject({
        outcome: 'refused',
        refusal: 'coin_inactive',
        state: 'awaiting_decision',
      })
      await book.db.raw('select set_account_active(?, ?, true)', [book.projectId, coin])
      expect(await accept()).toMatchObject({ outcome: 'applied', state: 'processed' })
    })
  })

  it('writes a transfer, its operation and its key as one, and once per key', async () => {
    await topUp(100n)
    const to = await book.addCoin()
    const transfer = () =>
      transferStep(book, id('op'), {
        coin,
        counterCoin: to,
        organization: 'none',
        amount: 60n,
        askedBy: book.asker,
        bodyHash: '00',
        key: `once-${coin}`,
      })
    const organization = await book.organizationOf(coin)
    const steps = [transfer(), transfer(), transfer()].map((step) => ({
      ...step,
      create: { ...step.create, organization } as never,
    }))
    const rival = createLedger(book.db)
    const answers = await Promise.all(
      steps.map((step, i) => (i === 2 ? rival : book.ledger).apply(book.projectId, step, 'api')),
    )
    expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
    expect(answers.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(2)
    expect([await balanceOf(coin), await balanceOf(to)]).toEqual([
      { posted: 40n, held: 0n },
      { posted: 60n, held: 0n },
    ])
  })

  it('does not let one step that the database rejects fail its neighbours', async () => {
    const [good, bad, alsoGood] = [
      await book.ask({ coin, amount: 1n }),
      await book.ask({ coin, amount: 2n }),
      await book.ask({ coin, amount: 4n }),
    ]
    const crooked = {
      ...registerStep(bad),
      legs: [
        { type: 'issue', from: systemAccount(book.issuerId, 'issuing_balance'), to: 'nowhere', amount: 2n },
      ],
    } as const
    const results = await Promise.allSettled([
      apply(registerStep(good)),
      apply(crooked),
      apply(registerStep(alsoGood)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await balanceOf(coin)).toEqual({ posted: 5n, held: 0n })
  })

  function apply(step: Parameters<Ledger['apply']>[1]) {
    return book.ledger.apply(book.projectId, step, 'workflow')
  }

  async function balanceOf(account: string) {
    return (await book.balances()).get(account)
  }

  async function topUp(amount: bigint): Promise<void> {
    await apply(registerStep(await book.ask({ coin, amount })))
  }

  async function requestWithdrawal(
    amount: bigint,
    platform: string | null = 'simulated',
  ): Promise<OperationFacts> {
    const facts = await book.ask({ kind: 'withdrawal', coin, amount, needsDecision: true, platform })
    await apply(registerStep(facts))
    return facts
  }
})
