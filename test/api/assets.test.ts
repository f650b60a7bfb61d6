import { connect } from '#test/support/connect.ts'
import { addPlatform } from '#test/support/platform-book.ts'
import { inProject, type Database } from '#db/connection.ts'
import { deskOf, openAccount, trailOf, type Desk } from '#test/support/accounts.ts'
import { startTestApi, type TestApi } from '#test/support/api.ts'
import {
  addIssuer,
  freshCode,
  postBank,
  postIssuer,
  projectOf,
  refusalOf,
  statusesOf,
} from '#test/support/catalogue.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { asAdministrator, registerClient, type Person } from '#test/support/people.ts'

let database: TestDatabase
let api: TestApi
let db: Database
let projectId: string
let admin: Desk
let adminToken: string
let client: Person
let mine: Desk
let account: string
let fiat: { code: string; issuerId: string }
let crypto: { code: string; issuerId: string }

const IBAN = 'DE89370400440532013000'

beforeAll(async () => {
  database = await createDatabase()
  db = connect(database.url, 4)
  api = await startTestApi({ databaseUrl: database.url })
  const person = await asAdministrator(api.call)
  adminToken = person.token
  admin = deskOf(api.call, adminToken)
  projectId = await projectOf(db, person.id)
  fiat = await addIssuer(api.call, adminToken, { code: 'CHF' })
  crypto = await addIssuer(api.call, adminToken, { code: 'USDT', fraction: 6 })
})
beforeEach(async () => {
  client = await registerClient(api.call)
  mine = deskOf(api.call, client.token)
  account = await openAccount(admin, client.organizationId)
})
afterAll(async () => {
  await api.stop()
  await db.destroy()
  await database.drop()
})

const add = (body: object, to = account) => admin('POST', `/accounts/${to}/assets`, body)

async function idsOf(query: object, desk = admin): Promise<unknown[]> {
  const asked = new URLSearchParams({ ...query }).toString()
  return ((await desk('GET', `/assets?${asked}`)).at('data') as { id: string }[]).map((one) => one.id)
}

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
    expect((await admin('GET', path)).body).toEqual(added.body)
    expect((await admin('PATCH', path, { active: true, externalId: null })).body).toMatchObject({
      active: true,
      externalId: null,
    })
    expect(await trailOf(admin, added.text('id'))).toMatchObject([
      { action: 'coin.activate', before: { active: false }, after: { active: true, externalId: null } },
      { action: 'coin.create', after: { accountId: account, active: false } },
    ])
  })

  it('is closed by staff when it is empty, for good, and the platform that kept it can go', async () => {
    const platform = await addPlatform({ db, projectId }, freshCode())
    const id = (await add({ currency: crypto.code, platform })).text('id')
    expect(refusalOf(await admin('DELETE', `/platforms/${platform}`))).toMatchObject({ status: 409 })
    const closed = await admin('DELETE', `/assets/${id}`)
    expect([closed.status, closed.at('active')]).toEqual([200, false])
    expect(refusalOf(await admin('DELETE', `/assets/${id}`))).toEqual({
      status: 409,
      code: 'asset_closed',
      parameters: ['id'],
    })
    expect(refusalOf(await mine('DELETE', `/assets/${id}`)).status).toBe(403)
    expect(await trailOf(admin, id)).toMatchObject([
      { action: 'coin.close' },
      { action: 'coin.create', after: { platformId: platform, platformAccount: expect.any(String) } },
    ])
    const deposit = () => mine('POST', `/assets/${id}/deposit`, { amount: '1' })
    const refused = { status: 422, code: 'coin_inactive', parameters: ['id'] }
    expect(refusalOf(await deposit())).toEqual(refused)
    expect((await admin('DELETE', `/platforms/${platform}`)).status).toBe(204)
    expect(refusalOf(await deposit())).toEqual(refused)
  })

  it('is not closed while something is on it', async () => {
    const id = (await add({ currency: fiat.code })).text('id')
    const owner = connect(database.ownerUrl, 1)
    await inProject(owner, projectId, (trx) =>
      trx('balances').where({ account_id: id }).update({ posted: '1' }),
    )
    await owner.destroy()
    expect(refusalOf(await admin('DELETE', `/assets/${id}`))).toEqual({
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
    await admin('PATCH', `/accounts/${account}`, { active: false })
    const path = `/assets/${added.text('id')}`
    expect(refusalOf(await admin('PATCH', path, { active: true }))).toEqual({
      status: 409,
      code: 'account_inactive',
      parameters: ['active'],
    })
    await admin('PATCH', `/accounts/${account}`, { active: true })
    expect((await admin('GET', path)).at('active')).toBe(false)
    expect((await admin('PATCH', path, { active: true })).at('active')).toBe(true)
    await admin('PATCH', `/accounts/${account}`, { active: false })
    expect((await admin('GET', path)).at('active')).toBe(false)
  })

  it('of one issuer is in an account once, and the coin that the client opens is another one', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => add({ currency: fiat.code })))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    expect(refusalOf(await add({ currency: fiat.code }))).toMatchObject({ code: 'asset_exists' })
    const opened = await mine('POST', '/coins', { name: 'Mine', issuerId: fiat.issuerId })
    expect([opened.status, opened.at('active'), opened.at('main')]).toEqual([201, true, true])
    const listed = await mine('GET', '/assets')
    expect(listed.at('total')).toBe(2)
    const own = await mine('GET', `/assets?search=${opened.text('serial')}`)
    expect(own.at('data.0')).toMatchObject({ active: true, serial: opened.text('serial') })
    expect(own.at('data.0.accountId')).not.toBe(account)
  })

  it('names its issuer where the currency has several that are active', async () => {
    const one = await addIssuer(api.call, adminToken)
    const other = (await postIssuer(api.call, adminToken, { currencyCode: one.code })).text('id')
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
    const bank = (await postBank(api.call, adminToken)).text('bankId')
    const other = await openAccount(admin, client.organizationId)
    const bad = await add({ currency: fiat.code, bank, address: 'DE00370400440532013000' }, other)
    expect(refusalOf(bad)).toMatchObject({ status: 400, parameters: ['address'] })
    await inProject(db, projectId, (trx) =>
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
    expect((await admin('GET', `/accounts/${account}/assets`)).body).toMatchObject({
      data: [],
      message: 'No data to display',
    })
  })

  it('of a currency whose kind was given is of that type', async () => {
    const points = await addIssuer(api.call, adminToken, { code: freshCode(), kind: 'custom' })
    expect((await add({ currency: points.code })).at('type')).toBe('Custom')
  })
})

describe('an asset on a platform', () => {
  it('has its balance there, in an account of its own', async () => {
    const label = freshCode()
    const platform = await addPlatform({ db, projectId }, label)
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
    const other = await openAccount(admin, (await registerClient(api.call)).organizationId)
    const taken = await add({ currency: crypto.code, platform, externalId: 'trader-7' }, other)
    expect(refusalOf(taken)).toEqual({ status: 409, code: 'place_taken', parameters: ['externalId'] })
    const listed = await admin('GET', `/assets?platform=${platform}`)
    expect(listed.at('total')).toBe(1)
  })

  it('is called there what its account is called elsewhere, or by its number', async () => {
    const [platform, externalId] = [await addPlatform({ db, projectId }, freshCode()), freshCode()]
    const named = await openAccount(admin, client.organizationId, { externalId })
    expect((await add({ currency: crypto.code, platform }, named)).at('platform.account')).toBe(externalId)
    const uid = (await admin('GET', `/accounts/${account}`)).at('uid')
    expect((await add({ currency: crypto.code, platform })).at('platform.account')).toBe(String(uid))
  })

  it('is not added to one that was removed', async () => {
    const platform = await addPlatform({ db, projectId }, freshCode())
    await inProject(db, projectId, (trx) =>
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
    await admin('PATCH', `/assets/${b}`, { active: true })
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
    const within = await admin('GET', `/accounts/${account}/assets?currency=USDT`)
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
