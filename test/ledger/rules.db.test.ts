import { inProject } from '#db/connection.ts'
import { systemAccount, type SystemAccountType } from '#domain/operations/accounting.ts'
import type { Reservation } from '#domain/contracts/limit.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import {
  decideStep,
  expireStep,
  platformConfirmedStep,
  platformRefusedStep,
  registerStep,
  screenedStep,
  type Step,
} from '#domain/operations/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import { id, type Asked } from '#test/support/book.ts'
import { linkBankAccount } from '#test/support/engine-people.ts'
import { decided } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'

/** What the book does with the rules that are pinned to an operation. */
describe('rules in the book', () => {
  const book = useBook()
  let accountant: string
  let coin: string

  beforeAll(async () => {
    accountant = await book.addPerson('accountant')
  })
  beforeEach(async () => {
    coin = await book.addCoin()
  })

  describe('commission', () => {
    it.each([
      ['IN', 100n, 97n],
      ['OUT', 103n, 100n],
      ['SHARED', 101n, 98n],
    ])(
      'on a top-up %s: what comes in is what is credited and the commission',
      async (_, sender, recipient) => {
        const before = await system('regular_system_commission')
        const facts = await ask({ senderAmount: sender, recipientAmount: recipient })
        expect(await apply(registerStep(facts))).toMatchObject({ state: 'processed' })
        expect(await balanceOf(coin)).toEqual({ posted: recipient, held: 0n })
        expect((await system('regular_system_commission')) - before).toBe(sender - recipient)
        expect(await system('technical_transit')).toBe(0n)
        expect(await system('issuing_transit')).toBe(0n)
      },
    )

    it('on a withdrawal is held with it, taken when it is accepted, and given back when the bank refuses', async () => {
      await book.fund(coin, 1_000n)
      const before = await system('regular_system_commission')
      const facts = await ask({ kind: 'withdrawal', senderAmount: 103n, recipientAmount: 100n })
      await apply(registerStep(facts))
      expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 103n })
      await apply(decided(facts, 'accept', await ticketOf(facts.id, 'accept')))
      expect(await balanceOf(coin)).toEqual({ posted: 897n, held: 0n })
      expect((await system('regular_system_commission')) - before).toBe(3n)
      expect(await system('payout_transit')).toBe(100n)
      expect(await system('technical_transit')).toBe(0n)
      await apply(platformRefusedStep({ ...facts, platform: 'simulated' }, 'closed'))
      expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 0n })
      expect((await system('regular_system_commission')) - before).toBe(0n)
      expect(await system('payout_transit')).toBe(0n)
    })

    it('stays taken when the bank has paid: only what it paid is redeemed', async () => {
      await book.fund(coin, 1_000n)
      const before = await system('issuing_balance')
      const facts = await ask({ kind: 'withdrawal', senderAmount: 103n, recipientAmount: 100n })
      await apply(registerStep(facts))
      await apply(decided(facts, 'accept', await ticketOf(facts.id, 'accept')))
      await apply(platformConfirmedStep(facts, { platformReference: 'B-1' }))
      expect((await system('issuing_balance')) - before).toBe(100n)
    })
  })

  describe('limits', () => {
    it('are taken up to the last unit, and one unit more is limited: nothing booked, the funds held', async () => {
      const limit = id('lim')
      const first = await ask({ amount: 60n, rules: pinned(limitOf(limit, 60n, 100n)) })
      const exact = await ask({ amount: 40n, rules: pinned(limitOf(limit, 40n, 100n)) })
      const over = await ask({ amount: 1n, rules: pinned(limitOf(limit, 1n, 100n)) })
      expect(await apply(registerStep(first))).toMatchObject({ state: 'processed' })
      expect(await apply(registerStep(exact))).toMatchObject({ state: 'processed' })
      expect(await apply(registerStep(over))).toMatchObject({ outcome: 'applied', state: 'limited' })
      expect(await balanceOf(coin)).toEqual({ posted: 100n, held: 0n })
      const out = await ask({ kind: 'withdrawal', amount: 30n, rules: pinned(limitOf(limit, 30n, 100n)) })
      expect(await apply(registerStep(out))).toMatchObject({ state: 'limited' })
      expect(await balanceOf(coin)).toEqual({ posted: 100n, held: 30n })
      expect(await usedOf(limit)).toBe('100')
    })

    it('are not passed by two requests at the same moment', async () => {
      const limit = id('lim')
      const rivals = [book.ledger, createLedger(book.db), createLedger(book.db)]
      const wishes = await Promise.all(
        rivals.map(() => ask({ amount: 60n, rules: pinned(limitOf(limit, 60n, 100n)) })),
      )
      const answers = await Promise.all(
        rivals.map((rival, i) => rival.apply(book.projectId, registerStep(wishes[i] as never), 'workflow')),
      )
      expect(answers.filter(({ state }) => state === 'processed')).toHaveLength(1)
      expect(answers.filter(({ state }) => state === 'limited')).toHaveLength(2)
      expect(await usedOf(limit)).toBe('60')
    })

    it('are given back when it is declined, expires, is rejected or fails, once', async () => {
      await book.fund(coin, 1_000n)
      const limit = id('lim')
      const rules = pinned(limitOf(limit, 60n, 100n))
      const declined = await ask({ kind: 'withdrawal', amount: 60n, rules })
      await apply(registerStep(declined))
      expect(await usedOf(limit)).toBe('60')
      await apply(decided(declined, 'decline', await ticketOf(declined.id, 'decline')))
      await apply(expireStep(declined))
      expect(await usedOf(limit)).toBe('0')
      const expired = await ask({ kind: 'withdrawal', amount: 60n, rules })
      await apply(registerStep(expired))
      expect(await apply(expireStep(expired))).toMatchObject({ outcome: 'stale', state: 'awaiting_decision' })
      await book.makeDue(expired.id)
      expect(await apply(expireStep(expired))).toMatchObject({ outcome: 'applied', state: 'declined' })
      expect(await usedOf(limit)).toBe('0')
      const failed = await ask({ kind: 'withdrawal', amount: 60n, rules, platform: 'simulated' })
      await apply(registerStep(failed))
      await apply(decided(failed, 'accept', await ticketOf(failed.id, 'accept')))
      await apply(platformRefusedStep(failed, 'closed'))
      expect(await usedOf(limit)).toBe('0')
    })

    it('count several periods at once, and a full one takes nothing of the others', async () => {
      const [day, month] = [id('lim'), id('lim')]
      const both = (add: bigint) => pinned(limitOf(day, add, 1_000n), limitOf(month, add, 100n))
      await apply(registerStep(await ask({ amount: 90n, rules: both(90n) })))
      expect(await apply(registerStep(await ask({ amount: 20n, rules: both(20n) })))).toMatchObject({
        state: 'limited',
      })
      expect([await usedOf(day), await usedOf(month)]).toEqual(['90', '90'])
    })

    it('per transaction compare the one amount and remember nothing', async () => {
      const limit = id('lim')
      const rules = (add: bigint) =>
        pinned({ limit, qualifier: 'amount', period: '', add: add.toString(), max: '50' })
      expect(await apply(registerStep(await ask({ amount: 50n, rules: rules(50n) })))).toMatchObject({
        state: 'processed',
      })
      expect(await apply(registerStep(await ask({ amount: 51n, rules: rules(51n) })))).toMatchObject({
        state: 'limited',
      })
      expect(await usedOf(limit)).toBeUndefined()
    })

    it('that anti-fraud lets pass count all the same; what it rejects does not', async () => {
      const antifraud = await book.addPerson('antifraud_specialist')
      const limit = id('lim')
      const over = await ask({ amount: 150n, rules: pinned(limitOf(limit, 150n, 100n)) })
      await apply(registerStep(over))
      const allow = decideStep(
        over,
        { verb: 'allow', ticket: await book.issueTicket(over.id, antifraud, 'allow') },
        { roles: ['antifraud_specialist'], to: 'processed' },
      )
      expect(await apply(allow)).toMatchObject({ outcome: 'applied', state: 'processed' })
      expect(await usedOf(limit)).toBe('150')
      const second = await ask({ kind: 'withdrawal', amount: 10n, rules: pinned(limitOf(limit, 10n, 100n)) })
      await apply(registerStep(second))
      const reject = decideStep(
        second,
        { verb: 'reject', ticket: await book.issueTicket(second.id, antifraud, 'reject') },
        { roles: ['antifraud_specialist'], to: 'rejected' },
      )
      expect(await apply(reject)).toMatchObject({ outcome: 'applied', state: 'rejected' })
      expect(await usedOf(limit)).toBe('150')
      expect(await balanceOf(coin)).toEqual({ posted: 150n, held: 0n })
    })
  })

  it('refuses what would move money of a frozen client, and at accept looks again', async () => {
    await book.fund(coin, 500n)
    const organization = await book.organizationOf(coin)
    const waiting = await ask({ kind: 'withdrawal' })
    await apply(registerStep(waiting))
    await book.db.raw("select freeze_organization(?, ?, 'FRAUD')", [book.projectId, organization])
    expect(await apply(registerStep(await ask({})))).toMatchObject({
      outcome: 'refused',
      refusal: 'client_frozen',
      state: 'refused',
    })
    expect(await apply(decided(waiting, 'accept', await ticketOf(waiting.id, 'accept')))).toMatchObject({
      outcome: 'refused',
      refusal: 'client_frozen',
      state: 'awaiting_decision',
    })
    expect(await apply(decided(waiting, 'decline', await ticketOf(waiting.id, 'decline')))).toMatchObject({
      state: 'declined',
    })
    expect(await balanceOf(coin)).toEqual({ posted: 500n, held: 0n })
  })

  it('pays out to an approved bank account only, and looks again at accept', async () => {
    await book.fund(coin, 500n)
    const bank = id('bnk')
    await inProject(book.db, book.projectId, (trx) =>
      trx('banks').insert({
        id: bank,
        project_id: book.projectId,
        name: 'B',
        bic: 'AAAADEFF',
        swift: 'AAAADEFF',
      }),
    )
    const client = { id: await book.addPerson('individual', await book.organizationOf(coin)), coin }
    const link = (accountNumber: string, status: 'APPROVED' | 'PENDING') =>
      linkBankAccount(book, client, { bank, accountNumber, fullName: 'Ann', status })
    const pending = await ask({ kind: 'withdrawal', bankAccountId: await link('1', 'PENDING') })
    expect(await apply(registerStep(pending))).toMatchObject({ refusal: 'bank_account_not_approved' })
    const bankAccountId = await link('2', 'APPROVED')
    const waiting = await ask({ kind: 'withdrawal', bankAccountId })
    expect(await apply(registerStep(waiting))).toMatchObject({ state: 'awaiting_decision' })
    await inProject(book.db, book.projectId, (trx) =>
      trx('bank_accounts').where({ id: bankAccountId }).update({ status: 'PENDING', decided_by: null }),
    )
    expect(await apply(decided(waiting, 'accept', await ticketOf(waiting.id, 'accept')))).toMatchObject({
      refusal: 'bank_account_not_approved',
      state: 'awaiting_decision',
    })
  })

  it('does not apply a decision that was judged before another one came', async () => {
    const facts = await ask({ needsDecision: true })
    await apply(registerStep(facts))
    const second = await book.addPerson('accountant')
    const accept = async (person: string, given: number, to: 'awaiting_decision' | 'processed') =>
      apply(
        decideStep(
          facts,
          { verb: 'accept', ticket: await book.issueTicket(facts.id, person, 'accept') },
          { roles: ['accountant'], given, to },
        ),
      )
    expect(await accept(accountant, 0, 'awaiting_decision')).toMatchObject({ outcome: 'applied' })
    expect(await accept(second, 0, 'awaiting_decision')).toMatchObject({ outcome: 'stale' })
    expect(await accept(second, 1, 'processed')).toMatchObject({ outcome: 'applied', state: 'processed' })
  })

  it('puts before a person what a check clears when the client was frozen meanwhile, and moves nothing', async () => {
    await book.fund(coin, 500n)
    const screening = { policy: 'pol', provider: 'rules', maxAgeMs: 60_000 }
    const facts = await ask({ kind: 'withdrawal', rules: { ...NOTHING_PINNED, screening } })
    await apply(registerStep(facts))
    const { organizationId } = facts
    await book.db.raw("select freeze_organization(?, ?, 'FRAUD')", [book.projectId, organizationId])
    const cleared = screenedStep(facts, { n: 1, verdict: 'clear', isApproved: true })
    expect(await apply(cleared)).toMatchObject({ outcome: 'applied', state: 'review', refusal: null })
    expect(await balanceOf(coin)).toEqual({ posted: 500n, held: 100n })
  })

  it('rejects and freezes on a hit, releases what was held, and a later verdict comes too late', async () => {
    await book.fund(coin, 500n)
    const screening = { policy: 'pol', provider: 'rules', maxAgeMs: 1_000 }
    const facts = await ask({ kind: 'withdrawal', rules: { ...NOTHING_PINNED, screening } })
    expect(await apply(registerStep(facts))).toMatchObject({ state: 'screening' })
    expect(await balanceOf(coin)).toEqual({ posted: 500n, held: 100n })
    const hit = screenedStep(facts, { n: 1, verdict: 'hit', isApproved: false })
    expect(await apply(hit)).toMatchObject({ outcome: 'applied', state: 'rejected' })
    expect(await balanceOf(coin)).toEqual({ posted: 500n, held: 0n })
    const clear = screenedStep(facts, { n: 2, verdict: 'clear', isApproved: false })
    expect(await apply(clear)).toMatchObject({ outcome: 'late', state: 'rejected' })
    expect(await apply(registerStep(await ask({})))).toMatchObject({ refusal: 'client_frozen' })
  })

  function apply(step: Step) {
    return book.ledger.apply(book.projectId, step, 'workflow')
  }

  async function balanceOf(account: string) {
    return (await book.balances()).get(account)
  }

  async function system(type: SystemAccountType) {
    return (await balanceOf(systemAccount(book.issuerId, type)))?.posted ?? 0n
  }

  function ask(asked: Partial<Asked>) {
    return book.ask({ coin, amount: 100n, ...asked })
  }

  function ticketOf(operation: string, verb: Parameters<typeof decided>[1]) {
    return book.issueTicket(operation, accountant, verb)
  }

  async function usedOf(limit: string): Promise<string | undefined> {
    return inProject(book.db, book.projectId, async (trx) => {
      const row: { used: string } | undefined = await trx('limit_usage')
        .where({ limit_id: limit })
        .first('used')
      return row?.used
    })
  }
})

function limitOf(limit: string, add: bigint, max: bigint): Reservation {
  return {
    limit,
    qualifier: 'amount',
    period: '2026-11',
    add: add.toString(),
    max: max.toString(),
  }
}

const pinned = (...limits: Reservation[]) => ({ ...NOTHING_PINNED, limits })
