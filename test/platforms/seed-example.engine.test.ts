import { opened } from '#test/support/opened.ts'
import { addCryptos } from '#test/support/platform-desk.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ACCOUNT_KEY, startUtipServer, TRADING_KEY } from './utip-server.ts'

/** The example workflow of "How to set platforms", step by step, against a server that speaks UTIP's protocol. */
describe('the example: create Utip, add a USDT asset on it, deposit', () => {
  const utip = opened(startUtipServer, (server) => server.stop())
  const engine = useEngine(() => ({ platformsAt: [utip.url] }))
  let account: string
  let asset: string
  let platform: string

  beforeAll(() => addCryptos(engine))

  it('A: the label fills in what is needed, and the platform is registered', async () => {
    const labels = (await admin('GET', '/platform-labels')).body as unknown as {
      records: { label: string; urls: { name: string }[]; credentials: { name: string }[] }[]
    }
    const known = labels.records.find(({ label }) => label === 'utip')
    expect(known?.urls.map(({ name }) => name)).toEqual(expect.arrayContaining(['tradingUrl', 'accountUrl']))
    const created = await admin('POST', '/platforms', {
      name: 'Utip',
      label: 'utip',
      urls: { tradingUrl: utip.url, accountUrl: utip.url },
      credentials: { tradingSecretKey: TRADING_KEY, accountSecretKey: ACCOUNT_KEY },
    })
    expect(created.status).toBe(201)
    expect(created.text).not.toContain(TRADING_KEY)
    platform = (created.body as unknown as { id: string }).id
    expect((await admin('POST', `/platforms/${platform}/test-connection`)).body).toMatchObject({
      result: 'ok',
    })
  })

  it('B: a USDT asset is linked to it', async () => {
    const client = await engine.addClient()
    await admin('POST', '/configurations/account-types', { label: 'crypto', name: 'Crypto' })
    const added = await admin('POST', '/accounts', { type: 'crypto', owner: client.organization })
    account = (added.body as unknown as { id: string }).id
    await admin('PATCH', `/accounts/${account}`, { active: true })
    const linked = await admin('POST', `/accounts/${account}/assets`, {
      currency: 'USDT',
      platform,
      externalId: '10001',
    })
    expect(linked.status).toBe(201)
    asset = (linked.body as unknown as { id: string }).id
    expect(await shown()).toMatchObject({
      type: 'Crypto',
      active: false,
      platform: { label: 'utip', account: '10001' },
    })
    expect((await deposit('1')).status).toBe(422)
    await admin('PATCH', `/assets/${asset}`, { active: true })
  })

  it('C: a deposit is done by Utip, and the balance is the one that Utip has confirmed', async () => {
    const asked = await deposit('250.5')
    const done = await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(utip.book).toMatchObject([{ account: '10001', value: '250.500000', comment: done.id }])
    expect(await shown()).toMatchObject({
      amount: '250.500000',
      platform: { confirmedBalance: '250.500000', confirmedAt: expect.any(String) },
    })
  })

  it('is found in Utip’s history when its answer is lost, and never sent again', async () => {
    utip.faults.order('timeout_after_commit', {})
    const asked = await deposit('9.5')
    await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(utip.book.filter(({ comment }) => comment === asked.body.process.id)).toHaveLength(1)
    expect(await shown()).toMatchObject({ amount: '260.000000' })
  })

  it('follows what Utip did by itself', async () => {
    utip.move('10001', '-60')
    expect((await sync()).body).toMatchObject({ state: 'agrees' })
    expect(await shown()).toMatchObject({
      amount: '200.000000',
      platform: { confirmedBalance: '200.000000' },
    })
  })

  it('takes no trades from us, and says so', async () => {
    const refused = await engine.request(engine.accountant, `/assets/${asset}/trade`, {
      body: { amount: '1', buyAssetId: asset },
    })
    expect(refused).toMatchObject({ status: 422, body: { code: 'order_not_offered' } })
  })

  it('cannot be removed while an asset is linked to it', async () => {
    const refused = await admin('DELETE', `/platforms/${platform}`)
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('1 ')
  })

  function admin(method: string, path: string, body?: object) {
    return engine.request(engine.administrator, path, { method, ...(body && { body }) })
  }

  function deposit(amount: string) {
    return engine.request(engine.accountant, `/assets/${asset}/deposit`, { body: { amount } })
  }

  async function shown() {
    return (await admin('GET', `/assets/${asset}`)).body as unknown as Record<string, unknown>
  }

  function sync() {
    return engine.request(engine.accountant, `/assets/${asset}/sync`, { method: 'POST' })
  }
})
