import { connect } from '#test/support/connect.ts'
import { addPlatform } from '#test/support/platform-book.ts'
import { inProject } from '#db/connection.ts'
import { deskOf, openAccount, trailOf, type Desk } from '#test/support/accounts.ts'
import { addIssuer, freshCode, postBank, postIssuer, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { registerClient, type Person } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const fiat = opened(() => addIssuer(api.call, api.admin.token, { code: 'CHF' }))
const crypto = opened(() => addIssuer(api.call, api.admin.token, { code: 'USDT', fraction: 6 }))
let client: Person
let mine: Desk
let account: string
beforeEach(async () => {
  client = await registerClient(api.call)
  mine = deskOf(api.call, client.token)
  account = await openAccount(api.ask, client.organizationId)
})

describe('an asset', () => {
  it('is a coin in an account, and does not move before it is activated', async () => {
    const added = await add({ currency: crypto.code, externalId: 'ours-1' })
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({
      currency: 'USDT',
      issuerId: crypto.issuerId,
      type: 'Crypto',
      accountId: account,
      owner: { id: client.organizationId, email: client.login },
      active: false,
      available: '0.000000',
      onHold: '0.000000',
      allTimeDeposited: '0.000000',
      bonus: '0.000000',
      address: null,
      externalId: 'ours-1',
      bank: null,
      platform: null,
      openingBalance: null,
    })
    expect((await mine('GET', '/coins')).at('coins')).toMatchObject([
      { serial: added.text('serial'), active: false, main: false },
    ])
    const path = `/assets/${added.text('id')}`
    expect((await api.ask('GET', path)).body).toEqual(added.body)
    expect((await api.ask('PATCH', path, { active: true, externalId: null })).body).toMatchObject({
      active: true,
      externalId: null,
    })
    expect(await trailOf(api.ask, added.text('id'))).toMatchObject([
      { action: 'coin.activate', before: { active: false }, after: { active: true, externalId: null } },
      { action: 'coin.create', after: { accountId: account, active: false } },
    ])
  })

  it('is closed by staff when it is empty, for good, and the platform that kept it can go', async () => {
    const platform = await addPlatform({ db: api.db, projectId: api.projectId }, freshCode())
    const id = (await add({ currency: crypto.code, platform })).text('id')
    expect(refusalOf(await api.ask('DELETE', `/platforms/${platform}`))).toMatchObject({ status: 409 })
    const closed = await api.ask('DELETE', `/assets/${id}`)
    expect([closed.status, closed.at('active')]).toEqual([200, false])
    expect(refusalOf(await api.ask('DELETE', `/assets/${id}`))).toEqual({
      status: 409,
      code: 'asset_closed',
      parameters: ['id'],
    })
    expect(refusalOf(await mine('DELETE', `/assets/${id}`)).status).toBe(403)
    expect(await trailOf(api.ask, id)).toMatchObject([
      { action: 'coin.close' },
      { action: 'coin.create', after: { platformId: platform, platformAccount: expect.any(String) } },
    ])
    const deposit = () => mine('POST', `/assets/${id}/deposit`, { amount: '1' })
    const refused = { status: 422, code: 'coin_inactive', parameters: ['id'] }
    expect(refusalOf(await deposit())).toEqual(refused)
    expect((await api.ask('DELETE', `/platforms/${platform}`)).status).toBe(204)
    expect(refusalOf(await deposit())).toEqual(refused)
  })

  it('is not closed while something is on it', async () => {
    const id = (await add({ currency: fiat.code })).text('id')
    const owner = connect(api.database.ownerUrl, 1)
    await inProject(owner, api.projectId, (trx) =>
      trx('balances').where({ account_id: id }).update({ posted: '1' }),
    )
    await owner.destroy()
    expect(refusalOf(await api.ask('DELETE', `/assets/${id}`))).toEqual({
      status: 409,
      code: 'asset_not_empty',
      parameters: ['id'],
    })
  })

  it('is not activated by its owner, nor in an account that is off', async () => {
    const added = await add({ currency: fiat.code })
    const serial = added.text('serial')
    expect(refusalOf(await mine('PATCH', `/coins/${serial}`, { active: true }))).toMatchObject({
      status: 409,
      code: 'coin_blocked',
    })
    await api.ask('PATCH', `/accounts/${account}`, { active: false })
    const path = `/assets/${added.text('id')}`
    expect(refusalOf(await api.ask('PATCH', path, { active: true }))).toEqual({
      status: 409,
      code: 'account_inactive',
      parameters: ['active'],
    })
    await api.ask('PATCH', `/accounts/${account}`, { active: true })
    expect((await api.ask('GET', path)).at('active')).toBe(false)
    expect((await api.ask('PATCH', path, { active: true })).at('active')).toBe(true)
    await api.ask('PATCH', `/accounts/${account}`, { active: false })
    expect((await api.ask('GET', path)).at('active')).toBe(false)
  })

  it('of one issuer is in an account once, and the coin that the client opens is another one', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => add({ currency: fiat.code })))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    expect(refusalOf(await add({ currency: fiat.code }))).toMatchObject({ code: 'asset_exists' })
    const coin = await mine('POST', '/coins', { name: 'Mine', issuerId: fiat.issuerId })
    expect([coin.status, coin.at('active'), coin.at('main')]).toEqual([201, true, true])
    const listed = await mine('GET', '/assets')
    expect(listed.at('total')).toBe(2)
    const own = await mine('GET', `/assets?search=${coin.text('serial')}`)
    expect(own.at('data.0')).toMatchObject({ active: true, serial: coin.text('serial') })
    expect(own.at('data.0.accountId')).not.toBe(account)
  })

  it('names its issuer where the currency has several that are active', async () => {
    const one = await addIssuer(api.call, api.admin.token)
    const other = (await postIssuer(api.call, api.admin.token, { currencyCode: one.code })).text('id')
    expect(refusalOf(await add({ currency: one.code }))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: ['issuerId'],
    })
    expect((await add({ currency: one.code, issuerId: other })).at('issuerId')).toBe(other)
    const wrong = await add({ currency: fiat.code, issuerId: other })
    expect(refusalOf(wrong)).toMatchObject({ status: 400, parameters: ['issuerId'] })
  })

  it('of fiat has an IBAN, in its one spelling, or what an integrated bank calls it', async () => {
    const spelt = await add({ currency: fiat.code, address: 'de89 3704 0044 0532 0130 00' })
    expect([spelt.at('type'), spelt.at('address')]).toEqual(['Fiat', IBAN])
    const bank = (await postBank(api.call, api.admin.token)).text('bankId')
    const other = await openAccount(api.ask, client.organizationId)
    const bad = await add({ currency: fiat.code, bank, address: 'DE00370400440532013000' }, other)
    expect(refusalOf(bad)).toMatchObject({ status: 400, parameters: ['address'] })
    await inProject(api.db, api.projectId, (trx) =>
      trx('banks').where({ id: bank }).update({ platform: 'simulated' }),
    )
    const integrated = await add({ currency: fiat.code, bank, address: 'ledger 7' }, other)
    expect(integrated.body).toMatchObject({ address: 'ledger 7', bank: { id: bank } })
  })

  it.each([
    ['a currency that is not there', { currency: 'NONE' }, 400, 'currency'],
    ['an address of crypto, which has wallets', { currency: 'USDT', address: 'T1' }, 400, 'address'],
    ['a bank of crypto', { currency: 'USDT', bank: 'bnk_1' }, 400, 'bank'],
    ['a bank that is not there', { currency: 'CHF', bank: 'bnk_1' }, 400, 'bank'],
    ['a platform that is not there', { currency: 'USDT', platform: 'plt_1' }, 400, 'platform'],
    ['a balance of nothing', { currency: 'CHF', balance: '0' }, 400, 'balance'],
    ['a balance with too many decimals', { currency: 'CHF', balance: '1.001' }, 400, 'balance'],
    ['a state', { currency: 'CHF', active: true }, 400, 'active'],
  ])('is refused with %s', async (...[, bad, status, parameter]) => {
    expect(refusalOf(await add(bad))).toMatchObject({ status, parameters: [parameter] })
    expect((await api.ask('GET', `/accounts/${account}/assets`)).body).toMatchObject({
      data: [],
      message: 'No data to display',
    })
  })

  it('of a currency whose kind was given is of that type', async () => {
    const points = await addIssuer(api.call, api.admin.token, { code: freshCode(), kind: 'custom' })
    expect((await add({ currency: points.code })).at('type')).toBe('Custom')
  })
})

describe('an asset on a platform', () => {
  it('has its balance there, in an account of its own', async () => {
    const label = freshCode()
    const platform = await addPlatform({ db: api.db, projectId: api.projectId }, label)
    const balance = await add({ currency: crypto.code, platform, balance: '5' })
    expect(refusalOf(balance)).toMatchObject({ status: 400, parameters: ['balance'] })
    const added = await add({ currency: crypto.code, platform, externalId: 'trader-7' })
    expect(added.at('platform')).toEqual({
      id: platform,
      label,
      name: label,
      account: 'trader-7',
      confirmedBalance: null,
      confirmedAt: null,
    })
    expect((await add({ currency: crypto.code })).status).toBe(201)
    const other = await openAccount(api.ask, (await registerClient(api.call)).organizationId)
    const taken = await add({ currency: crypto.code, platform, externalId: 'trader-7' }, other)
    expect(refusalOf(taken)).toEqual({ status: 409, code: 'place_taken', parameters: ['externalId'] })
    const listed = await api.ask('GET', `/assets?platform=${platform}`)
    expect(listed.at('total')).toBe(1)
  })

  it('is called there what its account is called elsewhere, or by its number', async () => {
    const [platform, externalId] = [
      await addPlatform({ db: api.db, projectId: api.projectId }, freshCode()),
      freshCode(),
    ]
    const named = await openAccount(api.ask, client.organizationId, { externalId })
    expect((await add({ currency: crypto.code, platform }, named)).at('platform.account')).toBe(externalId)
    const uid = (await api.ask('GET', `/accounts/${account}`)).at('uid')
    expect((await add({ currency: crypto.code, platform })).at('platform.account')).toBe(String(uid))
  })

  it('is not added to one that was removed', async () => {
    const platform = await addPlatform({ db: api.db, projectId: api.projectId }, freshCode())
    await inProject(api.db, api.projectId, (trx) =>
      trx('platforms').where({ id: platform }).update({ removed_at: new Date() }),
    )
    const refused = await add({ currency: crypto.code, platform })
    expect(refusalOf(refused)).toMatchObject({ status: 400, parameters: ['platform'] })
  })
})

describe('the list of assets', () => {
  it('is narrowed by account, owner, currency, state and name', async () => {
    const first = await add({ currency: fiat.code, externalId: freshCode() })
    const second = await add({ currency: crypto.code })
    const [a, b] = [first.text('id'), second.text('id')]
    await api.ask('PATCH', `/assets/${b}`, { active: true })
    expect(await idsOf({ account })).toEqual([b, a])
    expect(await idsOf({ owner: client.login })).toEqual([b, a])
    expect(await idsOf({ owner: client.organizationId, currency: 'CHF' })).toEqual([a])
    expect(await idsOf({ account, active: 'true' })).toEqual([b])
    expect(await idsOf({ account, active: 'false' })).toEqual([a])
    for (const search of [first.text('serial'), first.text('externalId')])
      expect(await idsOf({ search })).toEqual([a])
    expect(await idsOf({ search: String(first.at('uid')) })).toContain(a)
    expect(await idsOf({ account, limit: '1', offset: '1' })).toEqual([a])
    expect(await idsOf({ currency: 'NONE' })).toEqual([])
    const within = await api.ask('GET', `/accounts/${account}/assets?currency=USDT`)
    expect(within.at('data')).toMatchObject([{ id: b }])
  })

  it('shows clients their own', async () => {
    const asset = (await add({ currency: fiat.code })).text('id')
    const other = deskOf(api.call, (await registerClient(api.call)).token)
    expect(await idsOf({}, mine)).toEqual([asset])
    expect(await idsOf({}, other)).toEqual([])
    for (const path of [`/assets/${asset}`, `/accounts/${account}/assets`, `/assets/${asset}/wallets`]) {
      expect((await mine('GET', path)).status).toBe(200)
      expect((await other('GET', path)).status).toBe(404)
    }
    expect((await mine('PATCH', `/assets/${asset}`, { active: true })).status).toBe(403)
  })
})

const IBAN = 'DE89370400440532013000'

function add(body: object, to = account) {
  return api.ask('POST', `/accounts/${to}/assets`, body)
}

async function idsOf(query: object, desk = api.ask): Promise<unknown[]> {
  const asked = new URLSearchParams({ ...query }).toString()
  return ((await desk('GET', `/assets?${asked}`)).at('data') as { id: string }[]).map((one) => one.id)
}
