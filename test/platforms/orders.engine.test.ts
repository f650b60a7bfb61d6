import { inProject } from '#db/connection.ts'
import { FAULTS_OVERCOME, signedAsBank } from '#test/support/bank-side.ts'
import type { Engine } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { openPlatformDesk } from '#test/support/platform-desk.ts'
import { until } from '#test/support/poll.ts'
import { addScreeningPolicy } from '#test/support/rules.ts'
import { useEngine } from '#test/support/use-engine.ts'

/** Nobody listens there. */
const DEAD = 'http://127.0.0.1:1'

describe('money on a platform that keeps it', () => {
  const engine = useEngine({ platformsAt: [DEAD] })
  const desk = opened(() => openPlatformDesk(engine))

  it('deposits, and shows the balance that the platform has confirmed, in at most 16 events', async () => {
    const client = await engine.addClient()
    const asset = await desk.addAsset(client, 'USDT')
    const asked = await desk.deposit(asset.id, '12.345678')
    expect(asked.status).toBe(201)
    const done = await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(done).toMatchObject({
      type: 'platform_deposit',
      amount: '12.345678',
      bankReference: expect.any(String),
    })
    expect(await desk.readAsset(asset.id)).toMatchObject({
      amount: '12.345678',
      onHold: '0.000000',
      platform: { confirmedBalance: '12.345678', confirmedAt: expect.any(String) },
    })
    expect(await desk.theirs(asset.id, 'USDT')).toBe('12.345678')
    expect(await eventsOf(`platform-deposit/${done.id}`)).toBeLessThanOrEqual(16)
  })

  it('holds a withdrawal until it is accepted and confirmed', async () => {
    const { asset } = await desk.funded()
    const asked = await withdraw(asset.id, '30')
    expect(asked.body.process).toMatchObject({ phase: 'awaiting_decision' })
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '100.000000', onHold: '30.000000' })
    expect((await accept(asked.body.process.requestIdentifier)).status).toBeLessThan(300)
    await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '70.000000', onHold: '0.000000' })
    expect(await desk.theirs(asset.id, 'USDT')).toBe('70')
  })

  it('is screened where a policy asks for it, in at most 26 events', async () => {
    const asset = await desk.addAsset(await engine.addClient(), 'USDT')
    await addScreeningPolicy(engine, { kinds: ['platform_deposit'] })
    const { body } = await desk.deposit(asset.id, '10')
    const done = await engine.reach(engine.accountant, body.process.id, 'processed')
    await inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('screening_policies').update({ active: false }),
    )
    expect(done.holdBacks.screening.checks).toMatchObject([{ n: 1, verdict: 'clear' }])
    expect(await eventsOf(`platform-deposit/${done.id}`)).toBeLessThanOrEqual(26)
  })

  it('charges what the contract says, and tells the platform what is left', async () => {
    const client = await engine.addClient()
    const asset = await desk.addAsset(client, 'USDT')
    const restore = await chargeOnePercent(engine, 'platform_deposit')
    const { body } = await desk.deposit(asset.id, '200')
    const done = await engine.reach(engine.accountant, body.process.id, 'processed')
    await restore()
    expect(done).toMatchObject({ amount: '200.000000', netAmount: '198.000000', commission: '2.000000' })
    expect(await desk.theirs(asset.id, 'USDT')).toBe('198')
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '198.000000' })
  })

  it('frees a withdrawal that is declined, and the platform hears nothing of it', async () => {
    const { asset } = await desk.funded()
    const asked = await withdraw(asset.id, '30')
    const { requestIdentifier, id } = asked.body.process
    await engine.request(engine.accountant, `/business-requests/${requestIdentifier}/decline`, { body: {} })
    await engine.reach(engine.accountant, id, 'declined')
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '100.000000', onHold: '0.000000' })
    expect(await desk.entriesOf(id)).toEqual([])
  })

  it('trades one asset for another at the price of the platform', async () => {
    const { client, asset } = await desk.funded('1000')
    const bought = await desk.addAsset(client, 'BTC', asset.account)
    await engine.askBank('/rates', {
      method: 'PUT',
      body: { sell: 'USDT', buy: 'BTC', rate: '0.00002', decimals: 8 },
    })
    const asked = await engine.request(client, `/assets/${asset.id}/trade`, {
      body: { amount: '250', buyAssetId: bought.id },
    })
    expect(asked.status).toBe(201)
    const done = await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(done).toMatchObject({ sold: '250.000000', bought: { amount: '0.00500000', currency: 'BTC' } })
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '750.000000', onHold: '0.000000' })
    expect(await desk.readAsset(bought.id)).toMatchObject({ amount: '0.00500000' })
    expect(await desk.theirs(bought.id, 'BTC')).toBe('0.005')
  })

  it.each(FAULTS_OVERCOME)('is done once, after %s', async (fault, seen) => {
    const { asset } = await desk.funded()
    // Of the amount: the reference is not known before it is asked.
    const amount = `7.${String(FAULTS_OVERCOME.findIndex(([name]) => name === fault) + 1).padStart(2, '0')}`
    await engine.orderFault(fault, { amount: `${amount}0000`, delayMs: 4_000 })
    const asked = await desk.deposit(asset.id, amount)
    expect([201, 202]).toContain(asked.status)
    const done = await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    const states = done.timeline.map(({ to }) => to)
    expect(states).toEqual(['at_platform', ...(seen === 'known' ? [] : ['outcome_unknown']), 'processed'])
    expect(await desk.entriesOf(done.id)).toHaveLength(1)
    expect((await desk.readAsset(asset.id)).amount).toBe(`10${amount}0000`)
  })

  it('is looked for soon after it was sent again, however long it was looked for before', async () => {
    const { asset } = await desk.funded()
    await engine.orderFault('timeout_before_commit', { amount: '7.250000' })
    await engine.orderFault('timeout_after_commit', { amount: '7.250000' })
    const { id } = (await desk.deposit(asset.id, '7.25')).body.process
    await engine.reach(engine.accountant, id, 'processed')
    const history = await engine.client.workflow.getHandle(`platform-deposit/${id}`).fetchHistory()
    const pauses = (history.events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer
        ? [
            Number(timer.startToFireTimeout?.seconds ?? 0) * 1_000 +
              (timer.startToFireTimeout?.nanos ?? 0) / 1e6,
          ]
        : [],
    )
    expect(pauses).toEqual([500, 1_000])
    expect(await desk.entriesOf(id)).toHaveLength(1)
  })

  it('is refused by the platform, and nothing has moved', async () => {
    const { asset } = await desk.funded()
    await engine.orderFault('refuse', { amount: '8.000000', reason: 'account_closed' })
    const asked = await desk.deposit(asset.id, '8')
    const failed = await engine.reach(engine.accountant, asked.body.process.id, 'failed')
    expect(failed.reason).toBe('account_closed')
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '100.000000' })
  })

  it('waits as long as the platform asks for, and is sent then', async () => {
    const { asset } = await desk.funded()
    await engine.orderFault('rate_limited', { amount: '9.000000', delayMs: 1_000 })
    const asked = await desk.deposit(asset.id, '9')
    const done = await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(done.timeline.map(({ to }) => to)).toEqual(['at_platform', 'processed'])
    expect(await desk.entriesOf(done.id)).toHaveLength(1)
  })

  it('survives the worker being killed between the send and the answer', async () => {
    const { asset } = await desk.funded()
    await engine.orderFault('timeout_after_commit', { amount: '6.000000' })
    const asking = desk.deposit(asset.id, '6')
    await until('the platform to have it', async () => {
      const { entries } = (await engine.askBank('/book/entries')) as { entries: { amount: string }[] }
      return entries.some(({ amount }) => amount === '6') || undefined
    })
    await engine.killWorker()
    await engine.startWorker()
    const asked = await asking
    const done = await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(await desk.entriesOf(done.id)).toHaveLength(1)
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '106.000000' })
  })

  it('does not wait for another platform that is dead', async () => {
    const { client, asset } = await desk.funded()
    const dead = await desk.addPlatform('utip', {
      urls: { tradingUrl: DEAD, accountUrl: DEAD },
      credentials: { tradingSecretKey: 'k', accountSecretKey: 'k' },
    })
    const there = await desk.addAsset(client, 'USDT', asset.account, dead)
    const stuck = await Promise.all(
      Array.from({ length: 20 }, async () => (await desk.deposit(there.id, '1')).body.process.id),
    )
    const { body } = await desk.deposit(asset.id, '1')
    await engine.reach(engine.accountant, body.process.id, 'processed')
    for (const operation of stuck)
      expect((await engine.read(engine.accountant, operation)).phase).toBe('at_platform')
    expect((await desk.readAsset(there.id)).amount).toBe('0.000000')
  })

  it('takes back a deposit on the platform, when a second person approves', async () => {
    const { asset } = await desk.funded()
    const { body } = await desk.deposit(asset.id, '5')
    const original = await engine.reach(engine.accountant, body.process.id, 'processed')
    const asked = await engine.request(engine.secondAccountant, `/transactions/${original.id}/reverse`, {
      body: { reason: 'mistaken' },
    })
    expect(asked.body.process).toMatchObject({ type: 'platform_withdrawal', reversalOf: original.id })
    await accept(asked.body.process.requestIdentifier)
    await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(await desk.theirs(asset.id, 'USDT')).toBe('100')
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '100.000000' })
    expect((await engine.read(engine.accountant, original.id)).children).toEqual([asked.body.process.id])
  })

  it('puts odd calls before people, and moves nothing on them', async () => {
    const { asset } = await desk.funded()
    await engine.orderFault('callback_other_amount', { amount: '4.000000' })
    await engine.orderFault('callback_unknown_reference', { amount: '3.000000' })
    await engine.orderFault('callback_forged', { amount: '2.000000' })
    for (const amount of ['4', '3', '2']) {
      const { body } = await desk.deposit(asset.id, amount)
      await engine.reach(engine.accountant, body.process.id, 'processed')
    }
    const breaks = await until('two odd calls', async () => {
      const { body } = await engine.request(engine.accountant, '/reconciliation/breaks/view', {
        body: { filter: { parts: [desk.platform], kinds: ['odd_call'] } },
      })
      const { records } = body as unknown as { records: { ours: string | null }[] }
      return records.length >= 2 ? records : undefined
    })
    expect(breaks.map(({ ours }) => ours)).toContain(null)
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '109.000000' })
  })

  it('ends although an odd call came before it had, which is put before people once', async () => {
    const { asset } = await desk.funded()
    await engine.orderFault('answer_late', { amount: '1.500000', delayMs: 3_600_000 })
    const asked = await desk.deposit(asset.id, '1.5')
    const { id } = asked.body.process
    const said = {
      eventId: `ev-${id}`,
      type: 'order.confirmed',
      reference: id,
      amount: '2.5',
      currency: 'USDT',
    }
    const raw = JSON.stringify(said)
    const path = `/platform-calls/${desk.platform}`
    expect(await engine.request(undefined, path, { raw, headers: signedAsBank(raw) })).toMatchObject({
      status: 202,
    })
    await engine.hurryOrder(id)
    await engine.reach(engine.accountant, id, 'processed')
    await engine.client.workflow.getHandle(`platform-deposit/${id}`).result()
    const { body } = await engine.request(engine.accountant, '/reconciliation/breaks/view', {
      body: { filter: { subjects: [id], kinds: ['odd_call'] } },
    })
    expect((body as unknown as { records: unknown[] }).records).toHaveLength(1)
  })

  it('cannot be moved by the money API', async () => {
    const { client, asset } = await desk.funded()
    const { serial } = (await engine.request(engine.administrator, `/assets/${asset.id}`))
      .body as unknown as {
      serial: string
    }
    const answers = [
      await engine.request(engine.accountant, '/bank-top-ups', { body: { coinSerial: serial, amount: '1' } }),
      await engine.request(client, '/transfers', {
        body: { paymentTool: { type: 'COIN', srcValue: serial, destValue: client.serial }, amount: '1' },
      }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400])
    expect(JSON.stringify(answers.map(({ body }) => body))).toContain('is kept on a platform')
  })

  it('refuses what is switched off by the name that the call has for it, and writes nothing down', async () => {
    const { client, asset } = await desk.funded()
    const bought = await desk.addAsset(client, 'BTC', asset.account)
    const asked = [
      ['deposit', { amount: '1' }],
      ['withdraw', { amount: '1' }],
      ['trade', { amount: '1', buyAssetId: bought.id }],
    ] as const
    const ask = async ([path, body]: (typeof asked)[number]) => {
      const answer = await engine.request(engine.accountant, `/assets/${asset.id}/${path}`, { body })
      const { code, errors } = answer.body as unknown as { code: string; errors: { parameter: string }[] }
      return [answer.status, code, errors.map(({ parameter }) => parameter)]
    }
    const count = async () =>
      inProject(engine.book.db, engine.book.projectId, (trx) =>
        trx('operations').where({ organization_id: client.organization }).count(),
      )
    const before = await count()
    await switchTo(bought.id, false)
    expect(await ask(asked[2])).toEqual([422, 'coin_inactive', ['buyAssetId']])
    await switchTo(asset.id, false)
    for (const one of asked) expect(await ask(one)).toEqual([422, 'coin_inactive', ['id']])
    expect(await count()).toEqual(before)
  })

  it('refuses what is not on a platform, or not the client’s', async () => {
    const [{ asset }, stranger] = [await desk.funded(), await engine.addClient()]
    const other = await desk.addAsset(stranger, 'BTC')
    const trade = (by: typeof stranger, buyAssetId: string) =>
      engine.request(by, `/assets/${asset.id}/trade`, { body: { amount: '1', buyAssetId } })
    expect((await trade(stranger, other.id)).status).toBe(404)
    const staff = await engine.request(engine.accountant, `/assets/${asset.id}/trade`, {
      body: { amount: '1', buyAssetId: other.id },
    })
    expect(staff.status).toBe(400)
    expect((await desk.deposit(stranger.coin, '1')).status).toBe(422)
    expect((await desk.deposit('coin_nothing', '1')).status).toBe(404)
  })

  async function eventsOf(workflowId: string): Promise<number> {
    const handle = engine.client.workflow.getHandle(workflowId)
    await handle.result()
    return (await handle.fetchHistory()).events?.length ?? 0
  }

  function withdraw(asset: string, amount: string) {
    return engine.request(engine.secondAccountant, `/assets/${asset}/withdraw`, { body: { amount } })
  }

  function switchTo(asset: string, active: boolean) {
    return engine.request(engine.administrator, `/assets/${asset}`, { method: 'PATCH', body: { active } })
  }

  function accept(number: number) {
    return engine.request(engine.accountant, `/business-requests/${number}/approve`, { body: {} })
  }
})

/** For a while the recipient bears one per cent. */
async function chargeOnePercent({ book }: Engine, flow: string): Promise<() => Promise<void>> {
  const change = (values: object, direction: string) =>
    inProject(book.db, book.projectId, async (trx) => {
      const rules = trx('commission_rules as r')
        .join('commission_profiles as p', 'p.id', 'r.profile_id')
        .where('p.flow', flow)
        .select('r.id')
      await trx('commission_conditions').whereIn('rule_id', rules).update(values)
      await trx('commission_rules').whereIn('id', rules).update({ direction })
    })
  await change({ type: 'percent', percent: '1' }, 'IN')
  return () => change({ type: 'zero', percent: '0' }, 'OUT')
}
