import { inProject } from '#db/connection.ts'
import { fitsCheckDigit, hasSerialForm } from '#domain/accounts/coin-serial.ts'
import { registerStep } from '#domain/operations/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import type { Answer } from '#test/support/api.ts'
import {
  addIssuer,
  freshCode,
  postIssuer,
  projectOf,
  refusalOf,
  statusesOf,
} from '#test/support/catalogue.ts'
import { intend } from '#test/support/intent.ts'
import { createStaff, registerClient, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
let client: Person
beforeEach(async () => {
  client = await registerClient(api.call)
})

describe('opening a coin', () => {
  test('gives an active, empty one with a serial that checks itself', async () => {
    const { coin, issuerId, code, snPrefix } = await aCoin({ fraction: 3 })
    expect(coin.status).toBe(201)
    expect(coin.body).toMatchObject({
      name: 'My coin',
      amount: '0.000',
      availableAmount: '0.000',
      futureAmount: '0.000',
      heldAmount: '0.000',
      creditLimit: '0.000',
      issuer: { id: issuerId, currency: { code, fraction: 3 }, symbol: '¤' },
      active: true,
      type: 'client',
      main: true,
    })
    const serial = coin.text('serial')
    expect(serial.startsWith(snPrefix)).toBe(true)
    expect([hasSerialForm(serial), fitsCheckDigit(serial)]).toEqual([true, true])
    expect(await coinsOf(client.token)).toEqual([coin.body])
  })

  test('makes the first one main, also when several are opened at once', async () => {
    const issuers = await Promise.all([1, 2, 3].map(() => addIssuer(api.call, api.admin.token)))
    const opened = await Promise.all(issuers.map(({ issuerId }) => openCoin({ issuerId })))
    expect(opened.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(opened.filter((coin) => coin.at('main') === true)).toHaveLength(1)
    expect(new Set(opened.map((coin) => coin.text('serial'))).size).toBe(3)
  })

  test('twice with one issuer gives one coin, also when both are asked for at once', async () => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    const answers = await Promise.all([1, 2, 3].map(() => openCoin({ issuerId })))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    expect(refusalOf(await openCoin({ issuerId }))).toEqual({
      status: 409,
      code: 'coin_exists',
      parameters: ['issuerId'],
    })
    expect(await coinsOf(client.token)).toHaveLength(1)
  })

  test('takes a currency instead of an issuer where it has one that is active', async () => {
    const { currencyId, issuerId, code } = await addIssuer(api.call, api.admin.token)
    await postIssuer(api.call, api.admin.token, { currencyCode: code, active: false })
    const coin = await openCoin({ currencyId })
    expect(coin.at('issuer.id')).toBe(issuerId)
    expect(refusalOf(await openCoin({ currencyId })).parameters).toEqual(['currencyId'])
    await postIssuer(api.call, api.admin.token, { currencyCode: code })
    const answer = await openCoin({ currencyId }, (await registerClient(api.call)).token)
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['currencyId'] })
  })

  test('takes a serial of one’s own choice, once in a project', async () => {
    const [one, two] = await Promise.all([
      addIssuer(api.call, api.admin.token),
      addIssuer(api.call, api.admin.token),
    ])
    const customSerial = `SHIP-${freshCode()}`
    const coin = await openCoin({ issuerId: one.issuerId, customSerial })
    expect(coin.text('serial')).toBe(customSerial)
    const taken = await openCoin({ issuerId: two.issuerId, customSerial })
    expect(refusalOf(taken)).toEqual({
      status: 409,
      code: 'coin_serial_exists',
      parameters: ['customSerial'],
    })
    expect(await coinsOf(client.token)).toHaveLength(1)
  })

  test.each([
    ['that could be a generated one', 'EUR000000000015'],
    ['in small letters', 'my-savings'],
    ['that is too short', 'ABC'],
    ['with a letter of another script', 'SAVІNGS'],
    ['with a line break', 'SAVE\nME'],
    ['that is a number', 123456],
  ])('refuses a serial %s', async (_what, customSerial) => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    expect(refusalOf(await openCoin({ issuerId, customSerial }))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: ['customSerial'],
    })
  })

  test('is refused by name with an inactive issuer or currency', async () => {
    const [one, two] = await Promise.all([
      addIssuer(api.call, api.admin.token),
      addIssuer(api.call, api.admin.token),
    ])
    await as(api.admin.token)('PATCH', `/issuers/${one.issuerId}`, { active: false })
    await as(api.admin.token)('PATCH', `/currencies/${two.currencyId}`, { active: false })
    expect(refusalOf(await openCoin({ issuerId: one.issuerId }))).toEqual({
      status: 422,
      code: 'issuer_inactive',
      parameters: ['issuerId'],
    })
    const answer = await openCoin({ issuerId: two.issuerId })
    expect(refusalOf(answer)).toEqual({ status: 422, code: 'currency_inactive', parameters: ['issuerId'] })
    expect(answer.text('detail')).toContain(two.code)
    expect(refusalOf(await openCoin({ currencyId: two.currencyId })).code).toBe('currency_inactive')
    expect(await coinsOf(client.token)).toEqual([])
  })

  test('is refused with what is not there, belongs to another project, or is not asked for clearly', async () => {
    const ours = await addIssuer(api.call, api.admin.token)
    const other = await addProject(api.db, freshCode().toLowerCase())
    const theirs = await addIssuer(api.call, await other.signIn(api.call))
    const asked: [object, string[]][] = [
      [{ issuerId: theirs.issuerId }, ['issuerId']],
      [{ currencyId: theirs.currencyId }, ['currencyId']],
      [{ issuerId: 'iss_nothing' }, ['issuerId']],
      [{}, ['issuerId']],
      [{ issuerId: ours.issuerId, currencyId: ours.currencyId }, ['issuerId']],
      [{ issuerId: ours.issuerId, name: '' }, ['name']],
      [{ issuerId: ours.issuerId, type: 'issuing_balance' }, ['type']],
      [{ issuerId: ours.issuerId, active: true, amount: '100' }, ['active', 'amount']],
      [{ issuerId: [ours.issuerId] }, ['issuerId']],
    ]
    for (const [more, parameters] of asked)
      expect(refusalOf(await openCoin(more))).toEqual({ status: 400, code: 'validation_failed', parameters })
    expect(await coinsOf(client.token)).toEqual([])
  })

  test('is for clients: staff do not own coins', async () => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    expect((await openCoin({ issuerId }, api.admin.token)).status).toBe(403)
  })
})

describe('the amounts of a coin', () => {
  test('are decimal strings that say what is there, what is held and what can be used', async () => {
    const { serial } = await aCoin({ fraction: 2 })
    await book(serial, { kind: 'top_up', amount: 123_456_789_012_345_678_901n })
    await book(serial, { kind: 'withdrawal', amount: 901n })
    expect((await coinsOf(client.token))[0]).toMatchObject({
      amount: '1234567890123456789.01',
      availableAmount: '1234567890123456780.00',
      futureAmount: '1234567890123456789.01',
      heldAmount: '9.01',
    })
  })

  test('are seen by staff, with the system accounts they are matched by', async () => {
    const { serial, issuerId } = await aCoin({ fraction: 0 })
    await book(serial, { kind: 'top_up', amount: 70n })
    const { token } = await createStaff(api.call, 'customer_support')
    const path = `/organizations/${client.organizationId}/coins`
    expect((await as(token)('GET', path)).at('coins.0.amount')).toBe('70')
    const accounts = (await as(api.admin.token)('GET', '/organizations/system/coins')).at('records')
    const ours = (accounts as { issuer: { id: string }; amount: string; usage: string }[]).filter(
      ({ issuer }) => issuer.id === issuerId,
    )
    expect(ours.filter(({ amount }) => amount !== '0')).toMatchObject([
      {
        type: 'issuing_balance',
        amount: '-70',
        availableAmount: '-70',
        usage: 'accounting',
        technical: true,
      },
    ])
  })

  test('of an organization that is not there or in another project are not found', async () => {
    const other = await addProject(api.db, freshCode().toLowerCase())
    for (const organization of [other.organizationId, 'org_nothing']) {
      const answer = await as(api.admin.token)('GET', `/organizations/${organization}/coins`)
      expect(refusalOf(answer)).toEqual({ status: 404, code: 'not_found', parameters: ['id'] })
    }
  })

  test('of others are not shown to a client', async () => {
    await aCoin()
    const another = await registerClient(api.call)
    expect(await coinsOf(another.token)).toEqual([])
    const path = `/organizations/${client.organizationId}/coins`
    expect((await as(another.token)('GET', path)).status).toBe(403)
    expect((await call('GET', '/organizations/system/coins')).status).toBe(403)
  })
})

describe('validating a serial', () => {
  test('says whose coin it is, to whoever is about to send money', async () => {
    const { serial, issuerId } = await aCoin()
    const sender = await registerClient(api.call)
    const answer = await as(sender.token)('POST', '/coins/validate', { serial: ` ${serial} ` })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      status: 'ok',
      issuer: { id: issuerId },
      owner: { id: client.organizationId, type: 'individual', identificationStatus: 'none' },
    })
  })

  test('tells a typing error from a coin that is not there', async () => {
    const { serial, snPrefix } = await aCoin()
    const last = (Number(serial.at(-1)) + 1) % 10
    const parameters = ['serial']
    expect(await refusalOfSerial(serial.slice(0, -1) + last)).toEqual({
      status: 422,
      code: 'coin_serial_mistyped',
      parameters,
    })
    expect(await refusalOfSerial(`${snPrefix}-SHIP`)).toEqual({
      status: 422,
      code: 'coin_unknown',
      parameters,
    })
    for (const text of ['', 7, null, 'x'.repeat(35), 'a\tb'])
      expect(await refusalOfSerial(text)).toEqual({ status: 400, code: 'validation_failed', parameters })
  })

  test('refuses an inactive coin, and one of another project as if it were not there', async () => {
    const { serial } = await aCoin()
    await call('PATCH', `/coins/${serial}`, { active: false })
    const other = await addProject(api.db, freshCode().toLowerCase())
    const stranger = await other.signIn(api.call)
    expect(refusalOf(await call('POST', '/coins/validate', { serial }))).toMatchObject({
      code: 'coin_inactive',
    })
    expect(refusalOf(await as(stranger)('POST', '/coins/validate', { serial }))).toMatchObject({
      code: 'coin_unknown',
    })
  })
})

describe('changing a coin', () => {
  test('renames it and switches it off and on, with a trail of it', async () => {
    const { serial } = await aCoin()
    const renamed = await call('PATCH', `/coins/${serial}`, { name: 'Holiday 🏖' })
    expect(renamed.body).toMatchObject({ serial, name: 'Holiday 🏖', active: true })
    const off = await call('PATCH', `/coins/${serial}/status`, { active: false, deactivationReason: 'lost' })
    expect(off.at('active')).toBe(false)
    expect((await call('PATCH', `/coins/${serial}`, { active: true })).at('active')).toBe(true)
    const trail = await as(api.admin.token)('POST', '/audit-trails/view', {
      filter: { subjectTypes: ['coin'] },
    })
    const rows = (trail.at('records') as { action: string; after: { serial: string } }[]).filter(
      ({ after }) => after.serial === serial,
    )
    expect(rows).toMatchObject([
      { action: 'coin.activate', before: { active: false }, after: { active: true } },
      { action: 'coin.deactivate', before: { active: true }, after: { deactivationReason: 'lost' } },
      { action: 'coin.rename', before: { name: 'My coin' }, after: { name: 'Holiday 🏖' } },
      { action: 'coin.create', before: null },
    ])
  })

  test('that is off takes no money', async () => {
    const { serial } = await aCoin()
    await call('PATCH', `/coins/${serial}`, { active: false })
    expect(await book(serial, { kind: 'top_up', amount: 5n })).toMatchObject({
      outcome: 'refused',
      refusal: 'coin_inactive',
    })
  })

  test('lets staff switch it off, and then only staff switch it on', async () => {
    const { serial } = await aCoin()
    const status = (active: boolean, token = client.token) =>
      as(token)('PATCH', `/coins/${serial}/status`, { active })
    expect((await status(false, api.admin.token)).at('active')).toBe(false)
    for (const answer of [await status(true), await call('PATCH', `/coins/${serial}`, { active: true })])
      expect(refusalOf(answer)).toEqual({ status: 409, code: 'coin_blocked', parameters: ['active'] })
    await status(false)
    expect(refusalOf(await status(true)).code).toBe('coin_blocked')
    expect((await call('PATCH', `/coins/${serial}`, { name: 'Still mine' })).status).toBe(200)
    expect((await status(true, api.admin.token)).at('active')).toBe(true)
    expect((await status(false)).at('active')).toBe(false)
    expect((await status(true)).at('active')).toBe(true)
  })

  test('is not for others: another client finds no such coin, other staff lack the permission', async () => {
    const { serial } = await aCoin()
    const another = await registerClient(api.call)
    const accountant = await createStaff(api.call, 'accountant')
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    const off = { active: false }
    for (const path of [`/coins/${serial}`, `/coins/${serial}/status`]) {
      const answer = await as(another.token)('PATCH', path, off)
      expect(refusalOf(answer)).toEqual({ status: 404, code: 'not_found', parameters: ['serial'] })
      expect((await as(accountant.token)('PATCH', path, off)).status).toBe(403)
    }
    expect((await as(stranger)('PATCH', `/coins/${serial}/status`, off)).status).toBe(404)
    expect((await coinsOf(client.token))[0]).toMatchObject({ active: true })
  })

  test.each([
    ['nothing', {}, ['body']],
    ['its serial', { serial: 'MINE' }, ['serial']],
    ['its amount', { name: 'x', amount: 5 }, ['amount']],
    ['its name to nothing', { name: ' ' }, ['name']],
    ['its state to a word', { active: 'false' }, ['active']],
  ])('is refused for %s', async (_what, body, parameters) => {
    const { serial } = await aCoin()
    const answer = await call('PATCH', `/coins/${serial}`, body)
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters })
  })
})

function as(token: string) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return as(client.token)(method, path, body)
}

function openCoin(more: object, token = client.token): Promise<Answer> {
  return as(token)('POST', '/coins', { name: 'My coin', ...more })
}

/** A coin of the client in an issuer of its own, with what it was made from. */
async function aCoin(currency: object = {}) {
  const issuer = await addIssuer(api.call, api.admin.token, currency)
  const coin = await openCoin({ issuerId: issuer.issuerId })
  return { ...issuer, coin, serial: coin.text('serial') }
}

async function coinsOf(token: string): Promise<Record<string, unknown>[]> {
  return (await as(token)('GET', '/coins')).at('coins') as Record<string, unknown>[]
}

/** Books an operation on a coin, as a workflow would. */
async function book(serial: string, asked: { kind: 'top_up' | 'withdrawal'; amount: bigint }) {
  const projectId = await projectOf(api.db, client.id)
  const coin = (await inProject(api.db, projectId, (trx) => trx('coins').where({ serial }).first())) as {
    id: string
    issuer_id: string
    organization_id: string
  }
  const facts = await intend(api.db, projectId, {
    needsDecision: asked.kind === 'withdrawal',
    coinId: coin.id,
    issuerId: coin.issuer_id,
    organizationId: coin.organization_id,
    ...asked,
  })
  return createLedger(api.db).apply(projectId, registerStep(facts), 'workflow')
}

async function refusalOfSerial(serial: unknown) {
  return refusalOf(await call('POST', '/coins/validate', { serial }))
}
