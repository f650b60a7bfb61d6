import { inProject } from '#db/connection.ts'
import type { Person } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { addApprovalRule, removeApprovalRule, type RuleAsked } from '#test/support/rules.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Answer } from '#test/support/wire.ts'
import { ask, decide, directTopUp, requestedTopUp, transfer, withdrawal } from '#test/support/wishes.ts'

describe('approval rules', () => {
  const engine = useEngine()
  const cfo = opened(() => engine.hire('cfo'))
  let rule: string | undefined
  afterEach(async () => {
    if (rule !== undefined) await removeRule(rule)
    rule = undefined
  })

  it('in sequence: two accountants, then the CFO; each sees what waits for them, and nobody counts twice', async () => {
    await demand(TWO_THEN_CFO)
    const { client, asked, id } = await waiting()
    expect((await approve(cfo, asked)).body.code).toBe('decider_not_permitted')
    const queueOf = async (person: Person, filter: object) =>
      (await engine.call(person, '/business-requests/view', { filter })).body.records
    expect(await queueOf(cfo, { forMe: true })).toEqual([])
    expect(await queueOf(engine.accountant, { forMe: true })).toMatchObject([
      { identifier: numberOf(asked), waits: { given: 0, needed: 3, roles: ['accountant'] } },
    ])
    const first = await approve(engine.accountant, asked)
    expect([first.status, first.body.process.phase]).toEqual([200, 'awaiting_decision'])
    const again = await approve(engine.accountant, asked)
    expect([again.status, again.body.process.phase]).toEqual([200, 'awaiting_decision'])
    expect(await queueOf(engine.accountant, { forMe: true })).toEqual([])
    expect(await queueOf(engine.accountant, { decidedByMe: true })).toMatchObject([
      { identifier: numberOf(asked) },
    ])
    expect((await approve(engine.secondAccountant, asked)).body.process.phase).toBe('awaiting_decision')
    expect(await queueOf(cfo, { forMe: true })).toMatchObject([{ waits: { roles: ['cfo'], given: 2 } }])
    expect((await approve(cfo, asked)).status).toBe(200)
    const done = await engine.reach(client, id, 'processed')
    expect(done.decisions.map(({ decision, role }) => [decision, role])).toEqual([
      ['accept', 'accountant'],
      ['accept', 'accountant'],
      ['accept', 'cfo'],
    ])
    expect((await engine.read(engine.accountant, id)).holdBacks.approval).toMatchObject({
      rule,
      version: 1,
      given: 3,
    })
    expect(await engine.payoutsOf(id)).toHaveLength(1)
  })

  it('any decline ends it, also when others have accepted', async () => {
    await demand({ ...TWO_THEN_CFO, order: 'together' })
    const { client, asked, id } = await waiting()
    expect((await approve(cfo, asked)).body.process.phase).toBe('awaiting_decision')
    expect((await approve(engine.accountant, asked)).body.process.phase).toBe('awaiting_decision')
    expect((await decline(engine.secondAccountant, asked)).status).toBe(200)
    await engine.reach(client, id, 'declined')
    expect((await engine.book.balances()).get(client.coin)).toEqual({ posted: 10_000n, held: 0n })
    expect((await approve(cfo, asked)).status).toBe(200)
    expect((await approve(await engine.hire('cfo'), asked)).status).toBe(409)
  })

  it('two approvers at the same moment fill two places, and the money goes once', async () => {
    await demand({ kind: 'withdrawal', stages: [{ roles: ['accountant'], approvers: 2 }] })
    const { client, asked, id } = await waiting()
    const answers = await Promise.all([
      approve(engine.accountant, asked),
      approve(engine.secondAccountant, asked),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await engine.reach(client, id, 'processed')
    expect(await engine.payoutsOf(id)).toHaveLength(1)
  })

  it('hold direct top-ups and transfers back only where they name them, and in their band of amounts', async () => {
    await demand({
      kind: 'transfer',
      stages: [{ roles: ['cfo'], approvers: 1 }],
      fromAmount: 5_000n,
      toAmount: 9_000n,
    })
    const [from, to] = [await engine.addClient(50_000n), await engine.addClient()]
    expect((await ask(engine, transfer(from, to, '49.99'))).body.process.phase).toBe('processed')
    expect((await ask(engine, transfer(from, to, '90.00'))).body.process.phase).toBe('processed')
    const held = await ask(engine, transfer(from, to, '50.00'))
    expect([held.status, held.body.process.phase]).toEqual([201, 'awaiting_decision'])
    expect((await engine.book.balances()).get(from.coin)).toEqual({ posted: 36_001n, held: 5_000n })
    const top = await ask(engine, directTopUp(engine, to, '60.00'))
    expect(top.body.process.phase).toBe('processed')
    expect((await approve(engine.accountant, held)).status).toBe(403)
    expect((await approve(cfo, held)).body.process.phase).toBe('processed')
    expect((await engine.book.balances()).get(from.coin)).toEqual({ posted: 31_001n, held: 0n })
    const shown = await engine.read(cfo, idOf(held))
    expect(shown.workflow?.id).toBe(`transfer/${idOf(held)}`)
  })

  it('a transfer that is declined is released, and with its key asked for again gives the first answer', async () => {
    await demand({ kind: 'transfer', stages: [{ roles: ['cfo'], approvers: 1 }] })
    const [from, to] = [await engine.addClient(1_000n), await engine.addClient()]
    const held = await ask(engine, transfer(from, to, '4.00'), 'one-key')
    const again = await ask(engine, transfer(from, to, '4.00'), 'one-key')
    expect([again.status, again.text]).toEqual([201, held.text])
    expect((await decline(cfo, held)).status).toBe(200)
    expect((await engine.book.balances()).get(from.coin)).toEqual({ posted: 1_000n, held: 0n })
  })

  it('expires into declined and released, and an approval at that moment either counts or comes too late', async () => {
    await demand({ ...TWO_THEN_CFO, expiresAfterMs: 4_000 })
    const { client, asked, id } = await waiting()
    await approve(engine.accountant, asked)
    const done = await engine.reach(client, id, 'declined')
    expect(done).toMatchObject({ reason: 'expired', decideBy: null })
    expect((await engine.book.balances()).get(client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('expiry racing the last approval ends one way for everybody', async () => {
    await demand({
      kind: 'withdrawal',
      stages: [{ roles: ['accountant'], approvers: 1 }],
      expiresAfterMs: 4_000,
    })
    const all = await Promise.all(Array.from({ length: 6 }, () => waiting()))
    await Promise.all(
      all.map(async ({ client, asked, id }, i) => {
        const until = Date.parse(asked.body.process.decideBy ?? '')
        await new Promise((resolve) => setTimeout(resolve, until - Date.now() - 150 + i * 60))
        const answer = await approve(engine.accountant, asked)
        const shown = await engine.client.workflow.getHandle(`withdrawal/${id}`).result()
        const { phase, decisions } = await engine.read(client, id)
        expect(shown).toMatchObject({ state: phase })
        expect([phase, answer.status === 200 ? 1 : 0]).toEqual(
          decisions.length === 1 ? ['processed', 1] : ['declined', 0],
        )
        expect(await engine.payoutsOf(id)).toHaveLength(decisions.length)
      }),
    )
  })

  it('escalates to another role after a while', async () => {
    const afterMs = 3_600_000
    const escalation = { afterMs, roles: ['ceo'] }
    await demand({ kind: 'withdrawal', stages: [{ roles: ['accountant'], approvers: 1 }], escalation })
    const ceo = await engine.hire('ceo')
    const { client, asked, id } = await waiting()
    expect((await approve(ceo, asked)).status).toBe(403)
    await inProject(engine.book.owner, engine.book.projectId, (trx) =>
      trx('operations')
        .where({ id })
        .update({ state_since: new Date(Date.now() - afterMs) }),
    )
    expect((await approve(ceo, asked)).status).toBe(200)
    await engine.reach(client, id, 'processed')
  })

  it('a delegate decides in the role of another, for them and once for both; never for the one who asked', async () => {
    await demand({ kind: 'withdrawal', stages: [{ roles: ['cfo'], approvers: 2 }] })
    const deputy = await engine.hire('financial_specialist')
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
    const given = await engine.call(cfo, '/delegations', { toUserId: deputy.id, until: inAnHour })
    expect(given.status).toBe(201)
    const { asked, id, client } = await waiting()
    expect((await approve(deputy, asked)).status).toBe(200)
    const twice = await approve(cfo, asked)
    expect([twice.status, twice.body.code]).toEqual([409, 'already_decided'])
    expect((await approve(await engine.hire('cfo'), asked)).status).toBe(200)
    const done = await engine.reach(client, id, 'processed')
    expect(done.decisions[0]).toMatchObject({ personId: deputy.id, role: 'cfo', onBehalfOf: cfo.id })
  })

  it('a rule that is deleted stays with what hangs on it, and new operations do without', async () => {
    await demand(TWO_THEN_CFO)
    const { asked, id, client } = await waiting()
    await removeRule(rule ?? '')
    const { asked: later } = await waiting()
    expect((await approve(engine.accountant, later)).body.process.phase).not.toBe('awaiting_decision')
    expect((await approve(engine.accountant, asked)).body.process.phase).toBe('awaiting_decision')
    expect((await approve(engine.secondAccountant, asked)).body.process.phase).toBe('awaiting_decision')
    expect((await approve(cfo, asked)).status).toBe(200)
    await engine.reach(client, id, 'processed')
  })

  it('an approver who was demoted between opening and clicking does not count', async () => {
    const { asked, id, client } = await waiting()
    const demoted = await engine.hire('accountant')
    const ticket = await engine.call(demoted, `/business-requests/${numberOf(asked)}/ticket`, {
      decision: 'accept',
    })
    expect(ticket.status).toBe(201)
    await inProject(engine.book.owner, engine.book.projectId, (trx) =>
      trx('members').where({ person_id: demoted.id }).update({ role: 'cashier' }),
    )
    expect((await approve(demoted, asked)).status).toBe(403)
    await engine.client.workflow
      .getHandle(`withdrawal/${id}`)
      .signal('accept', { ticket: ticket.body.ticket })
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
    const done = await engine.reach(client, id, 'processed')
    expect(done.decisions.map(({ personId }) => personId)).toEqual([engine.accountant.id])
    expect(done.timeline).toContainEqual(expect.objectContaining({ refusal: 'decider_not_permitted' }))
  })

  it('the asker does not approve, whatever session or token they use', async () => {
    const client = await engine.addClient()
    const wish = requestedTopUp(engine, client, '10.00')
    const asked = await ask(engine, { ...wish, by: engine.accountant })
    const otherSession = await engine.signInAgain(engine.accountant)
    for (const session of [engine.accountant, otherSession]) {
      const answer = await approve(session, asked)
      expect([answer.status, answer.body.code]).toEqual([403, 'decider_is_the_asker'])
    }
    expect((await approve(engine.secondAccountant, asked)).status).toBe(200)
  })

  it('a decision on what has changed since it was shown is refused, and names what it is now', async () => {
    const { asked, id, client } = await waiting()
    const stale = await approve(engine.accountant, asked, { phase: 'limited' })
    expect([stale.status, stale.body.code]).toEqual([409, 'changed_meanwhile'])
    expect(stale.body.errors[0]?.parameter).toBe('phase')
    expect((await approve(engine.accountant, asked, { phase: 'awaiting_decision' })).status).toBe(200)
    await engine.reach(client, id, 'processed')
  })

  function approve(by: Person, asked: Answer, body: object = {}) {
    return engine.call(by, `/business-requests/${numberOf(asked)}/approve`, body)
  }

  function decline(by: Person, asked: Answer) {
    return engine.call(by, `/business-requests/${numberOf(asked)}/decline`, {})
  }

  async function demand(asked: RuleAsked) {
    rule = await addApprovalRule(engine, asked)
  }

  function removeRule(id: string) {
    return removeApprovalRule(engine, id)
  }

  async function waiting(funds = 10_000n, amount = '30.00') {
    const client = await engine.addClient(funds)
    const asked = await ask(engine, withdrawal(engine, client, amount))
    expect(asked.body.process.phase).toBe('awaiting_decision')
    return { client, asked, id: idOf(asked) }
  }
})

const numberOf = (asked: Answer) => asked.body.process.requestIdentifier

const idOf = (asked: Answer) => asked.body.process.id

const TWO_THEN_CFO = {
  kind: 'withdrawal',
  stages: [
    { roles: ['accountant'], approvers: 2 },
    { roles: ['cfo'], approvers: 1 },
  ],
} as const satisfies RuleAsked
