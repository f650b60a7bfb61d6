import { inProject } from '#db/connection.ts'
import type { Person, TestClient } from '#test/support/engine.ts'
import { httpServer } from '#test/support/http-server.ts'
import { opened } from '#test/support/opened.ts'
import { until } from '#test/support/poll.ts'
import { addScreeningPolicy, listName } from '#test/support/rules.ts'
import { ask, decide, requestedTopUp, withdrawal } from '#test/support/wishes.ts'
import { addNamedClient, line, postLine, suspenseOf } from '#test/support/suspense.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Answer } from '#test/support/wire.ts'

describe('screening', () => {
  const provider = opened(openProvider, ({ stop }) => stop())
  const engine = useEngine(() => ({ screening: { watchman: { url: provider.url, timeoutMs: 500 } } }))
  const compliance = opened(() => engine.hire('compliance_manager'))
  beforeEach(() =>
    inProject(engine.book.db, engine.book.projectId, async (trx) => {
      await trx('screening_policies').update({ active: false })
      await trx('screening_lists').update({ active: false })
    }),
  )

  it('clears, then waits for the accountant; a requested top-up takes at most 26 events', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    const { client, asked, id } = await topUpFrom('Grace Hopper')
    await engine.reach(engine.accountant, id, 'awaiting_decision')
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
    await engine.reach(client, id, 'processed')
    const shown = await engine.read(engine.accountant, id)
    expect(shown.holdBacks.screening.checks).toMatchObject([{ n: 1, verdict: 'clear' }])
    expect((await engine.read(client, id)).holdBacks).toBeNull()
    await engine.client.workflow.getHandle(`topup/${id}`).result()
    expect(await eventsOf(`topup/${id}`)).toBeLessThanOrEqual(26)
  })

  it('of a withdrawal comes before accept; with the payout it takes at most 33 events', async () => {
    await addScreeningPolicy(engine, { kinds: ['withdrawal'] })
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, '30.00'))
    const id = idOf(asked)
    await engine.reach(engine.accountant, id, 'awaiting_decision')
    await decide(engine, asked, { verb: 'accept' })
    await engine.reach(client, id, 'processed')
    await engine.client.workflow.getHandle(`withdrawal/${id}`).result()
    expect(await eventsOf(`withdrawal/${id}`)).toBeLessThanOrEqual(33)
  })

  it('holds what is near for days, until compliance clears it with a reason; then people still have to accept', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    await listName(engine, 'Viktor Bout', 'review')
    const { client, asked, id } = await topUpFrom('Viktor Bout')
    await engine.reach(client, id, 'review')
    const { body } = await engine.call(compliance, '/business-requests/view', { filter: { forMe: true } })
    expect(body.records).toMatchObject([
      { identifier: numberOf(asked), waits: { decisions: ['clear', 'reject'], forMe: true } },
    ])
    expect((await decideReview(engine.accountant, asked)).status).toBe(403)
    expect((await decideReview(compliance, asked, { reason: '' })).body).toMatchObject({
      errors: [{ parameter: 'reason' }],
    })
    const cleared = await decideReview(compliance, asked)
    expect([cleared.status, cleared.body.process.phase]).toEqual([200, 'awaiting_decision'])
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
    const done = await engine.reach(client, id, 'processed')
    expect(done.decisions.map(({ decision }) => decision)).toEqual(['clear', 'accept'])
  })

  it('rejected by compliance moves nothing, and says why', async () => {
    await addScreeningPolicy(engine, { kinds: ['withdrawal'] })
    await listName(engine, 'Ann Client', 'review')
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, '30.00'))
    await engine.reach(client, idOf(asked), 'review')
    expect((await decideReview(compliance, asked, { verb: 'reject', reason: 'a match' })).status).toBe(200)
    const done = await engine.reach(client, idOf(asked), 'rejected')
    expect(done).toMatchObject({ status: 'rejected', reason: 'a match' })
    expect((await engine.book.balances()).get(client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('that hits rejects and freezes the client, who can move nothing then', async () => {
    await addScreeningPolicy(engine, { kinds: ['withdrawal'] })
    await listName(engine, 'Ann Client', 'hit')
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, '30.00'))
    await engine.reach(client, idOf(asked), 'rejected')
    const next = await ask(engine, requestedTopUp(engine, client, '1.00'))
    expect([next.status, next.body.code]).toEqual([422, 'client_frozen'])
    expect((await engine.book.balances()).get(client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it.each([
    ['talks nonsense', { status: 200, body: 'no JSON' }],
    ['answers for another question', { status: 200, body: '{"SDNs":[],"altNames":null}' }],
    ['is down', { status: 503, body: '' }],
  ])('by a provider that %s is tried again, and in the end is a review, never clear', async (_, answer) => {
    provider.say(answer)
    await addScreeningPolicy(engine, { kinds: ['top_up'], provider: 'watchman', patienceMs: 1_500 })
    const { client, id, asked } = await topUpFrom('Grace Hopper')
    await engine.reach(client, id, 'review')
    const { checks } = (await engine.read(engine.accountant, id)).holdBacks.screening
    expect(checks).toMatchObject([{ n: 1, verdict: null }])
    expect((await decideReview(compliance, asked, { verb: 'reject' })).status).toBe(200)
    await engine.reach(client, id, 'rejected')
  })

  it('that is out of date at the last accept is made again by itself, and then the money goes', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'], maxAgeMs: 1 })
    const { client, asked, id } = await topUpFrom('Grace Hopper')
    await engine.reach(client, id, 'awaiting_decision')
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
    await engine.reach(client, id, 'processed')
    const { checks } = (await engine.read(engine.accountant, id)).holdBacks.screening
    expect(checks.map(({ verdict }) => verdict)).toEqual(['clear', 'clear'])
  })

  it('goes on when somebody terminates its workflow', async () => {
    provider.say({ status: 503, body: '' })
    await addScreeningPolicy(engine, { kinds: ['top_up'], provider: 'watchman', patienceMs: 1_000 })
    const { client, asked, id } = await topUpFrom('Grace Hopper')
    await engine.reach(client, id, 'review')
    await engine.client.workflow.getHandle(`aml/${id}/1`).terminate('by hand')
    await until('a second check', async () => {
      const found = await engine.client.workflow
        .getHandle(`aml/${id}/2`)
        .describe()
        .catch(() => undefined)
      return found?.status.name === 'RUNNING' ? true : undefined
    })
    const cleared = await until('the second check to take it', async () => {
      const answer = await decideReview(compliance, asked)
      return answer.body.process?.phase === 'awaiting_decision' ? answer : undefined
    })
    expect(cleared.status).toBe(200)
    expect((await decide(engine, asked, { verb: 'decline' })).status).toBe(200)
    await engine.reach(client, id, 'declined')
  })

  it('keeps names out of every history', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    await listName(engine, 'Qwertzuiop Asdfghjkl', 'review')
    const { client, id } = await topUpFrom('Qwertzuiop Asdfghjkl')
    await engine.reach(client, id, 'review')
    for (const workflow of [`topup/${id}`, `aml/${id}/1`]) {
      const history = await engine.client.workflow.getHandle(workflow).fetchHistory()
      expect(Buffer.from(JSON.stringify(history)).toString()).not.toMatch(/Qwertzuiop|UXdlcnR6/)
    }
  })

  async function reviewed(client: TestClient) {
    return ask(engine, withName(requestedTopUp(engine, client, '10.00'), 'Viktor Bout'))
  }

  it('under review is decided once, whoever comes at the same moment', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    await listName(engine, 'Viktor Bout', 'review')
    const client = await engine.addClient()
    const asked = await reviewed(client)
    await engine.reach(client, idOf(asked), 'review')
    const second = await engine.hire('compliance_specialist')
    const answers = await Promise.all([
      decideReview(compliance, asked),
      decideReview(second, asked, { verb: 'reject' }),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const { decisions } = await engine.read(engine.accountant, idOf(asked))
    expect(decisions).toHaveLength(1)
  })

  it('that hits over a bank line leaves its money in suspense, from where two others let it go', async () => {
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    await listName(engine, 'Viktor Bout', 'hit')
    const client = await addNamedClient(engine)
    const before = await suspenseOf(engine)
    const posted = line({ text: client.serial, senderName: 'Viktor Bout' })
    const received = await postLine(engine, posted)
    await engine.reach(engine.accountant, received.operationId ?? '', 'rejected')
    expect((await suspenseOf(engine)) - before).toBe(2_000n)
    expect((await engine.book.balances()).get(client.coin)).toEqual({ posted: 0n, held: 0n })
    const release = () =>
      engine.call(compliance, `/bank-lines/${received.id}/release`, { reason: 'another of that name' })
    expect((await release()).body.code).toBe('client_frozen')
    const unfrozen = await engine.request(compliance, `/users/${client.id}`, {
      method: 'PATCH',
      body: { paramType: 'FROZEN', paramValue: false, description: 'another of that name' },
    })
    expect(unfrozen.status).toBe(200)
    const released = await release()
    expect(released.body).toMatchObject({ process: { phase: 'awaiting_decision' } })
    expect((await decide(engine, released, { verb: 'accept' })).status).toBe(200)
    await engine.reach(client, idOf(released), 'processed')
    expect(await suspenseOf(engine)).toBe(before)
    expect((await engine.book.balances()).get(client.coin)).toEqual({ posted: 2_000n, held: 0n })
  })

  async function eventsOf(workflowId: string) {
    const history = await engine.client.workflow.getHandle(workflowId).fetchHistory()
    return history.events?.length ?? 0
  }

  async function topUpFrom(fullName: string) {
    const client = await engine.addClient()
    const asked = await ask(engine, withName(requestedTopUp(engine, client, '10.00'), fullName))
    expect(asked.status).toBe(201)
    return { client, asked, id: idOf(asked) }
  }

  function decideReview(by: Person, asked: Answer, { verb = 'approve', reason = 'looked at' }: Review = {}) {
    return engine.call(by, `/business-requests/${numberOf(asked)}/${verb}`, reason === '' ? {} : { reason })
  }
})

const numberOf = (asked: Answer) => asked.body.process.requestIdentifier

const idOf = (asked: Answer) => asked.body.process.id

function withName(wish: ReturnType<typeof requestedTopUp>, fullName: string) {
  return {
    ...wish,
    body: { ...wish.body, fullName },
  }
}

type Review = { readonly verb?: 'approve' | 'reject'; readonly reason?: string }

/** Says what it is told to say. */
async function openProvider() {
  let answer = { status: 200, body: 'no JSON' }
  const server = await httpServer((_, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  })
  return {
    ...server,
    /** What it says next. */
    say: (next: typeof answer) => {
      answer = next
    },
  }
}
