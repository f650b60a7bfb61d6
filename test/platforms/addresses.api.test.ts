import { inProject } from '#db/connection.ts'
import { recordIntent } from '#db/operations/intents.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { openAccount, trailOf } from '#test/support/accounts.ts'
import type { Answer } from '#test/support/api.ts'
import { id as freshId } from '#test/support/book.ts'
import { addIssuer, refusalOf } from '#test/support/catalogue.ts'
import { madeUpPlatform } from '#test/support/made-up-platform.ts'
import { registerClient } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
let platform: string
beforeAll(async () => {
  platform = (await api.ask('POST', '/platforms', madeUpPlatform({ credentials: AGAIN }))).text('id')
})
afterEach(async () => {
  await change({ urls: { tradingUrl: HERE, streamUrl: null }, credentials: AGAIN })
})

const ELSEWHERE = 'https://elsewhere.invalid/api'

describe('where a platform is', () => {
  it.each([
    ['to another host', { tradingUrl: ELSEWHERE }],
    ['to another port', { tradingUrl: 'https://platform.invalid:8443/api' }],
    ['with one address more', { streamUrl: 'wss://elsewhere.invalid/' }],
  ])('is changed %s with all credentials given anew, and not without', async (_, moved) => {
    const trail = await trailOf(api.ask, platform)
    const names = ['credentials.tradingSecretKey', 'credentials.accountSecretKey']
    for (const [credentials, missing] of [
      [undefined, names],
      [{ tradingSecretKey: AGAIN.tradingSecretKey }, ['credentials.accountSecretKey']],
      [{ accountSecretKey: null }, ['credentials.tradingSecretKey']],
    ] as const) {
      const refused = await change({ urls: moved, name: 'Moved', credentials })
      expect(refusalOf(refused)).toEqual({ status: 400, code: 'validation_failed', parameters: missing })
      expect(refused.text('errors.0.message')).toContain('is missing')
    }
    expect(await urls()).toEqual({ tradingUrl: HERE })
    expect(await trailOf(api.ask, platform)).toEqual(trail)
    expect((await change({ urls: moved, credentials: AGAIN })).status).toBe(200)
    expect(await urls()).toMatchObject(moved)
  })

  it('is not changed with one address less either, which a default may stand in for', async () => {
    expect((await change({ urls: { streamUrl: 'wss://a.invalid/' }, credentials: AGAIN })).status).toBe(200)
    expect((await change({ urls: { streamUrl: null } })).status).toBe(400)
  })

  it.each([
    ['another path', 'https://platform.invalid/api/v2'],
    ['the same in other words', 'HTTPS://platform.invalid:443/api'],
  ])('keeps its credentials with %s there', async (_, tradingUrl) => {
    expect((await change({ urls: { tradingUrl } })).status).toBe(200)
  })

  it('stays while orders may have gone out there, and says how many', async () => {
    await order('awaiting_decision', false)
    await order('at_platform', false)
    const elsewhere = { urls: { tradingUrl: ELSEWHERE }, credentials: AGAIN }
    expect((await change(elsewhere)).status).toBe(200)
    await change({ urls: { tradingUrl: HERE }, credentials: AGAIN })
    const sent = [
      await order('at_platform', true),
      await order('outcome_unknown', true),
      await order('awaiting_reference', true),
    ]
    const refused = await change(elsewhere)
    expect(refusalOf(refused)).toEqual({ status: 409, code: 'orders_under_way', parameters: ['urls'] })
    expect(refused.text('detail')).toContain('3 order(s)')
    expect(await urls()).toEqual({ tradingUrl: HERE })
    expect((await change({ name: 'Renamed', credentials: AGAIN })).status).toBe(200)
    for (const operation of sent) await setState(operation, 'failed')
    expect((await change(elsewhere)).status).toBe(200)
  })
})

const HERE = 'https://platform.invalid/api'

const AGAIN = { tradingSecretKey: 'Narwhal-Quince5#velvet', accountSecretKey: 'other' }

function change(body: object): Promise<Answer> {
  return api.ask('PATCH', `/platforms/${platform}`, body)
}

async function urls() {
  return (await api.ask('GET', `/platforms/${platform}`)).at('urls')
}

/** An order of a client, as far as it is said to have come. */
async function order(state: string, isSent: boolean): Promise<string> {
  const code = `C${freshId('x').slice(-6).toUpperCase()}`
  const { issuerId } = await addIssuer(api.call, api.admin.token, { code })
  const { organizationId } = await registerClient(api.call)
  const account = await openAccount(api.ask, organizationId)
  const coin = await api.ask('POST', `/accounts/${account}/assets`, { currency: code, platform })
  expect(coin.status).toBe(201)
  const operation = freshId('op')
  const amount = 300n
  await recordIntent(api.db, api.projectId, {
    id: operation,
    kind: 'platform_deposit',
    needsDecision: false,
    coin: coin.text('id'),
    issuer: issuerId,
    organization: organizationId,
    amount,
    senderAmount: amount,
    recipientAmount: amount,
    rules: NOTHING_PINNED,
    platform,
    askedBy: api.admin.id,
  })
  await setState(operation, state)
  if (isSent)
    await inProject(api.db, api.projectId, (trx) =>
      trx('order_sends').insert({ project_id: api.projectId, operation_id: operation, send: 1 }),
    )
  return operation
}

function setState(operation: string, state: string) {
  return inProject(api.owner, api.projectId, (trx) =>
    trx('operations').where({ id: operation }).update({ state }),
  )
}
