import { createBookActivities, createPlatformActivities } from '#activities/index.ts'
import { inProject } from '#db/connection.ts'
import { addToInbox } from '#db/platforms/inbox.ts'
import type { Id } from '#domain/ids.ts'
import { NO_STANDING } from '#domain/operations/operation.ts'
import type { OperationFacts } from '#domain/operations/step.ts'
import { CONFIRMED, fakePlatform, returned } from '#test/platforms/fake-platform.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { id } from '#test/support/book.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { connect } from '#test/support/connect.ts'
import { useBook } from '#test/support/use-book.ts'

describe('every activity, run twice', () => {
  const book = useBook()
  /** As in two worker processes: each with connections and a ledger of its own. */
  let one: Activities
  let other: Activities
  let bank: ReturnType<typeof fakePlatform>
  let accountant: string
  const atEnd = cleanup()

  beforeAll(async () => {
    accountant = await book.addPerson('accountant')
  })
  beforeEach(() => {
    bank = fakePlatform()
    one = newWorker()
    other = newWorker()
  })

  it.each(['top_up', 'withdrawal'] as const)('registers a %s once', async (kind) => {
    const facts = await askFor(kind)
    expect(await expectOneEffect(register(facts))).toMatchObject({
      outcome: 'applied',
      state: 'awaiting_decision',
    })
    const raced = await race(register(await askFor(kind)))
    expect(raced.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
    expect(new Set(raced.map(({ state }) => state))).toEqual(new Set(['awaiting_decision']))
  })

  it('refuses a withdrawal once and for good, though money comes in between', async () => {
    const facts = await askFor('withdrawal', { funds: 0n })
    const refused = { refusal: 'exceeds_available_balance', state: 'refused' }
    expect(await register(facts)(one)).toMatchObject(refused)
    await book.fund(facts.coinId, 1_000n)
    expect(await expectOneEffect(register(facts))).toMatchObject(refused)
  })

  it('notes once what it does not know', async () => {
    expect(await expectOneEffect(register({ id: id('op'), kind: 'top_up' }))).toMatchObject({
      outcome: 'unknown',
    })
    expect(
      await expectOneEffect((worker) =>
        worker.registerOperation({ ...RUN, operation: null, kind: 'return' }),
      ),
    ).toMatchObject({ outcome: 'unknown' })
    const facts = await askFor('withdrawal')
    expect(await expectOneEffect(register({ id: facts.id, kind: 'top_up' }))).toMatchObject({
      outcome: 'unknown',
    })
    const noTicket = {
      operation: facts.id,
      kind: facts.kind,
      verb: 'accept',
      ticket: undefined,
      runId: 'run-2',
    } as const
    expect(await expectOneEffect((worker) => worker.decideOperation(noTicket))).toMatchObject({
      refusal: 'ticket_unknown',
    })
  })

  it.each([
    ['top_up', 'accept', 'processed'],
    ['top_up', 'decline', 'declined'],
    ['withdrawal', 'accept', 'at_platform'],
    ['withdrawal', 'decline', 'declined'],
  ] as const)('decides on a %s once: %s', async (kind, verb, state) => {
    const [facts, raced] = [await askFor(kind), await askFor(kind)]
    for (const asked of [facts, raced]) await register(asked)(one)
    expect(await expectOneEffect(await decided(facts, verb))).toMatchObject({ outcome: 'applied', state })
    const answers = await race(await decided(raced, verb))
    expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.state))).toEqual(new Set([state]))
  })

  it('expires a decision once, and not at all where a person was quicker', async () => {
    const [expired, raced] = [await askFor('withdrawal'), await askFor('withdrawal')]
    for (const facts of [expired, raced]) await register(facts)(one)
    expect(await expire(expired.id)(one)).toMatchObject({ state: 'awaiting_decision' })
    for (const facts of [expired, raced]) await book.makeDue(facts.id)
    expect(await expectOneEffect(expire(expired.id))).toMatchObject({ state: 'declined' })
    const accept = await decided(raced)
    const [verdict, { state }] = await Promise.all([accept(one), expire(raced.id)(other)])
    expect(['at_platform', 'declined']).toContain(state)
    expect(verdict).toMatchObject(
      state === 'at_platform' ? { outcome: 'applied' } : { outcome: 'late', state },
    )
    expect(await expectOneEffect(expire(id('op')))).toEqual(NO_STANDING)
  })

  it.each([
    [CONFIRMED, 'processed'],
    [{ ...CONFIRMED, kind: 'returned' }, 'processed'],
    [{ kind: 'refused' }, 'failed'],
    [{ kind: 'unknown' }, 'outcome_unknown'],
    [{ kind: 'pending' }, null],
    [{ kind: 'absent' }, null],
  ] as const)('records once that the payout is %j', async (answer, state) => {
    const [facts, raced] = [await payingOut(), await payingOut()]
    const record = (operation: string) => async (worker: Activities) =>
      (await worker.recordOrder({ operation, answer })).state
    expect(await expectOneEffect(record(facts.id))).toBe(state)
    expect(await race(record(raced.id))).toEqual(Array(4).fill(state))
  })

  it('keeps the first definite answer when a contrary one comes late, or at the same moment', async () => {
    const [late, raced] = [await payingOut(), await payingOut()]
    await one.recordOrder({ operation: late.id, answer: CONFIRMED })
    for (const kind of ['refused', 'unknown'] as const)
      expect(
        await expectOneEffect((worker) => worker.recordOrder({ operation: late.id, answer: { kind } })),
      ).toMatchObject({ state: 'processed' })
    const states = await Promise.all([
      one.recordOrder({ operation: raced.id, answer: CONFIRMED }),
      other.recordOrder({ operation: raced.id, answer: { kind: 'refused' } }),
    ])
    expect(new Set(states.map(({ state }) => state)).size).toBe(1)
  })

  it('sends a payout once for each send, and says unknown when asked again', async () => {
    const [facts, raced] = [await payingOut(), await payingOut()]
    expect(await send(facts.id)(one)).toEqual(CONFIRMED)
    expect(await expectOneEffect(send(facts.id))).toEqual({ kind: 'unknown' })
    expect(bank.sent).toEqual([facts.id])
    const answers = await race(send(raced.id))
    expect(answers.filter(({ kind }) => kind === 'confirmed')).toHaveLength(1)
    expect(bank.sent).toEqual([facts.id, raced.id])
    // The next send is another, with the same reference.
    expect(await send(raced.id, 2)(other)).toEqual(CONFIRMED)
    expect(bank.sent).toEqual([facts.id, raced.id, raced.id])
  })

  it('looks a payout up as often as it likes', async () => {
    const facts = await payingOut()
    bank.says.lookUp = { kind: 'absent' }
    expect(await expectOneEffect((worker) => worker.lookUpOrder({ operation: facts.id }))).toEqual({
      kind: 'absent',
    })
    expect(bank.sent).toEqual([])
  })

  it('marks for attention once: the first reason stands', async () => {
    const facts = await payingOut()
    const mark = (why: string) => (worker: Activities) => worker.markAttention({ operation: facts.id, why })
    await mark('first')(one)
    await expectOneEffect(mark('second'))
    const attention = inProject(book.owner, book.projectId, (trx) =>
      trx('operations').where({ id: facts.id }).first('attention'),
    )
    expect(await attention).toEqual({ attention: 'first' })
  })

  it('opens a return once, and takes calls with other event ids for the same', async () => {
    const facts = await paidOut()
    bank.says.lookUp = returned('3.00', `return-${facts.id}`)
    const [first, second] = [await callOfReturn(facts.id), await callOfReturn(facts.id)]
    expect(await expectOneEffect((worker) => worker.findReturnPlatform({ operation: first }))).toBe('fake')
    expect(await expectOneEffect((worker) => worker.openReturn({ operation: first }))).toEqual({
      kind: 'opened',
    })
    expect(await expectOneEffect((worker) => worker.openReturn({ operation: second }))).toEqual({
      kind: 'taken',
    })
    expect(await expectOneEffect(register({ id: first, kind: 'return' }))).toMatchObject({
      state: 'processed',
    })
    expect((await book.balances()).get(facts.coinId)).toEqual({ posted: 1_000n, held: 0n })
  })

  it('opens one of two calls of the same return that come at the same moment', async () => {
    const facts = await paidOut()
    bank.says.lookUp = returned('3.00', `return-${facts.id}`)
    const calls = await Promise.all(Array.from({ length: 4 }, () => callOfReturn(facts.id)))
    const opened = await Promise.all(
      calls.map((operation, i) => (i % 2 === 0 ? one : other).openReturn({ operation })),
    )
    expect(opened.filter(({ kind }) => kind === 'opened')).toHaveLength(1)
    expect(opened.filter(({ kind }) => kind === 'taken')).toHaveLength(3)
  })

  it('opens nothing where the platform does not say so, or says it of other money', async () => {
    const facts = await paidOut()
    const call = await callOfReturn(facts.id)
    const open = (worker: Activities) => worker.openReturn({ operation: call })
    expect(await expectOneEffect(open)).toEqual({ kind: 'not_returned' })
    for (const [amount, currency] of [
      ['3.00', 'USD'],
      ['3.001', 'EUR'],
      ['-3.00', 'EUR'],
      ['1e2', 'EUR'],
    ] as const) {
      bank.says.lookUp = returned(amount, `odd-${facts.id}`, currency)
      expect(await expectOneEffect(open)).toEqual({ kind: 'not_returned' })
    }
    expect(await one.openReturn({ operation: await callOfReturn('op_nothing') })).toEqual({ kind: 'unknown' })
    const manual = await payingOut(null)
    expect(await one.openReturn({ operation: await callOfReturn(manual.id) })).toEqual({ kind: 'unknown' })
  })

  it('credits what came back in parts, and never more than was paid out', async () => {
    const facts = await paidOut()
    const giveBack = async (amount: string, reference: string) => {
      bank.says.lookUp = returned(amount, `${reference}-${facts.id}`)
      const operation = await callOfReturn(facts.id)
      await one.openReturn({ operation })
      return register({ id: operation, kind: 'return' })(one)
    }
    expect(await giveBack('3.01', 'too-large')).toMatchObject({
      state: 'refused',
      refusal: 'return_exceeds_original',
    })
    expect(await giveBack('1.00', 'part')).toMatchObject({ state: 'processed' })
    expect(await giveBack('2.01', 'rest-and-more')).toMatchObject({ refusal: 'return_exceeds_original' })
    expect(await giveBack('2.00', 'rest')).toMatchObject({ state: 'processed' })
    expect(await giveBack('0.01', 'one-more')).toMatchObject({ refusal: 'return_exceeds_original' })
    expect((await book.balances()).get(facts.coinId)).toEqual({ posted: 1_000n, held: 0n })
  })

  it('does not credit a return twice when two that together are too much are registered at the same moment', async () => {
    const facts = await paidOut()
    const operations: Id<'op'>[] = []
    for (const reference of ['a', 'b']) {
      bank.says.lookUp = returned('2.00', `${reference}-${facts.id}`)
      const operation = await callOfReturn(facts.id)
      await one.openReturn({ operation })
      operations.push(operation)
    }
    const answers = await Promise.all(
      operations.map((operation, i) => register({ id: operation, kind: 'return' })(i === 0 ? one : other)),
    )
    expect(new Set(answers.map(({ refusal }) => refusal))).toEqual(new Set([null, 'return_exceeds_original']))
  })

  it('registers a return only after its payout is settled', async () => {
    const facts = await payingOut()
    bank.says.lookUp = returned('3.00', `early-${facts.id}`)
    const operation = await callOfReturn(facts.id)
    await one.openReturn({ operation })
    const early = register({ id: operation, kind: 'return' })
    expect(await expectOneEffect(early)).toMatchObject({
      state: 'received',
      refusal: 'original_not_processed',
    })
    await one.recordOrder({ operation: facts.id, answer: CONFIRMED })
    expect(await expectOneEffect(early)).toMatchObject({ state: 'processed', refusal: null })
  })

  function newWorker(): Activities {
    const db = connect(book.database.url, 4)
    atEnd(() => db.destroy())
    const deps = activityDeps(db, { platforms: new Map([['fake', bank.platform]]) })
    return { ...createBookActivities(deps), ...createPlatformActivities(deps) }
  }

  function leftBehind() {
    return inProject(book.owner, book.projectId, async (trx) => {
      const counts = []
      for (const table of TABLES)
        counts.push([table, Number((await trx(table).count('* as n').first())?.['n'])])
      const balances: unknown[] = await trx('account_balances')
        .select('account_id', 'posted', 'held')
        .orderBy('account_id')
      const strays: unknown[] = await trx('stray_workflows').select('workflow_id', 'what')
      return { counts, balances, strays }
    })
  }

  /** Once; then again, then twice at once in two workers: the same answer, and nothing more is left behind. */
  async function expectOneEffect<Answer>(run: (worker: Activities) => Promise<Answer>): Promise<Answer> {
    const first = await run(one)
    const after = await leftBehind()
    const again = [await run(one), ...(await Promise.all([run(one), run(other)]))]
    for (const answer of again) expect(told(answer)).toEqual(told(first))
    expect(await leftBehind()).toEqual(after)
    return first
  }

  /** At the same moment from the start, in two workers. */
  function race<Answer>(run: (worker: Activities) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all([run(one), run(other), run(one), run(other)])
  }

  async function askFor(
    kind: 'top_up' | 'withdrawal',
    more: { platform?: string | null; funds?: bigint } = {},
  ) {
    const coin = await book.addCoin()
    const { platform = 'fake', funds = 1_000n } = more
    if (funds > 0n) await book.fund(coin, funds)
    const asked = { kind, coin, amount: 300n, needsDecision: true }
    return book.ask(kind === 'withdrawal' ? { ...asked, platform } : asked)
  }

  async function decided(facts: OperationFacts, verb: 'accept' | 'decline' = 'accept') {
    const ticket = await book.issueTicket(facts.id, accountant, verb)
    return (worker: Activities) =>
      worker.decideOperation({ operation: facts.id, kind: facts.kind, verb, ticket, runId: RUN.runId })
  }

  /** Accepted, and on its way to the platform. */
  async function payingOut(platform: string | null = 'fake') {
    const facts = await askFor('withdrawal', { platform })
    await register(facts)(one)
    await (
      await decided(facts)
    )(one)
    return facts
  }

  async function paidOut() {
    const facts = await payingOut()
    await one.recordOrder({ operation: facts.id, answer: CONFIRMED })
    return facts
  }

  /** A call of the platform that tells of a return; the operation that is to book it. */
  async function callOfReturn(original: string): Promise<Id<'op'>> {
    const operation = id('op')
    await inProject(book.db, book.projectId, (trx) =>
      addToInbox(trx, {
        id: id('inb'),
        project_id: book.projectId,
        platform: 'fake',
        event_id: operation,
        type: 'payout.returned',
        reference: original,
        operation_id: operation,
        amount: null,
        currency: null,
      }),
    )
    return operation
  }
})

const send =
  (operation: string, number = 1) =>
  (worker: Activities) =>
    worker.sendOrder({ operation, send: number })

/** What an answer says; that it says so again is no difference, and time goes by. */
function told(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('outcome' in answer)) return answer
  const { outcome } = answer
  return {
    ...answer,
    outcome: outcome === 'repeated' || outcome === 'refused' ? 'applied' : outcome,
    decideInMs: 0,
  }
}

const RUN = { workflowId: 'test', runId: 'run-1' }

/** All that an activity may leave behind, but for what platforms were heard to say. */
const TABLES = [
  'operations',
  'steps',
  'postings',
  'holds',
  'decisions',
  'tickets',
  'order_sends',
  'inbox',
  'outbox_events',
  'audit_rows',
] as const

type Activities = ReturnType<typeof createBookActivities> & ReturnType<typeof createPlatformActivities>

const expire = (operation: string) => (worker: Activities) => worker.expireDecision({ operation })

const register = (facts: Pick<OperationFacts, 'id' | 'kind'>) => (worker: Activities) =>
  worker.registerOperation({ ...RUN, operation: facts.id, kind: facts.kind })
