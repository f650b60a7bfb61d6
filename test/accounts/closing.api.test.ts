import { inProject } from '#db/connection.ts'
import { closeCoinAccount, findCoin, setCoinActive, type Coin } from '#db/accounts/coins.ts'
import { expireStep, registerStep, type OperationFacts } from '#domain/operations/step.ts'
import { applySteps, encodeStep } from '#ledger/apply-steps.ts'
import { createLedger } from '#ledger/ledger.ts'
import { untilWaiting } from '#test/support/waiting.ts'
import { startTestApi, type Answer, type CallOptions, type TestApi } from '#test/support/api.ts'
import { expectSoundBook } from '#test/support/book.ts'
import { addIssuer, freshCode, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { intend } from '#test/support/intent.ts'
import { createStaff, registerClient, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
let issuer: Awaited<ReturnType<typeof addIssuer>>
/** The client's first coin, and another client with a coin of the same issuer. */
let client: Person
let serial: string
let another: Person
let target: string
beforeEach(async () => {
  issuer = await addIssuer(api.call, api.admin.token)
  client = await registerClient(api.call)
  another = await registerClient(api.call)
  serial = (await openCoin(client)).text('serial')
  target = (await openCoin(another)).text('serial')
})
afterEach(() => expectSoundBook(api))

describe('closing an empty coin', () => {
  test('takes it out of the lists for good and keeps what happened on it', async () => {
    const closed = await remove()
    expect(closed).toMatchObject({
      status: 200,
      body: { serial, active: false, amount: '0.00', closedAt: expect.any(String) as string },
    })
    expect(await coinsOf(client)).toEqual([])
    const path = `/organizations/${client.organizationId}/coins`
    const support = await createStaff(api.call, 'customer_support')
    expect((await api.call('GET', path, { token: support.token })).at('coins')).toEqual([])
    expect((await api.call('GET', `${path}/${serial}`, { token: support.token })).body).toEqual(closed.body)
    const rows = await auditOf('coin.close')
    expect(rows[0]).toMatchObject({
      actor: { id: client.id },
      before: { serial, active: true, closedAt: null },
      after: { serial, active: false, closedAt: closed.at('closedAt') },
    })
  })

  test('is for good: nobody switches it on, renames it or closes it again', async () => {
    await remove()
    const on = { active: true }
    const { token } = client
    expect(refusalOf(await api.call('PATCH', `/coins/${serial}`, { token, body: on }))).toEqual(CLOSED)
    for (const by of [token, api.admin.token])
      expect(refusalOf(await api.call('PATCH', `/coins/${serial}/status`, { token: by, body: on }))).toEqual(
        CLOSED,
      )
    expect(refusalOf(await api.call('PATCH', `/coins/${serial}`, { token, body: { name: 'x' } }))).toEqual(
      CLOSED,
    )
    expect(refusalOf(await remove())).toEqual(CLOSED)
    expect(refusalOf(await emptyAndClose())).toEqual(CLOSED)
    const coin = await readCoin()
    await expect(inProject(api.db, api.projectId, (trx) => setCoinActive(trx, coin, true))).rejects.toThrow(
      'closed',
    )
    expect((await readCoin()).active).toBe(false)
  })

  test('lets another one of the same issuer be opened, and closed in turn', async () => {
    await remove()
    const opened = await openCoin(client)
    expect(opened).toMatchObject({ status: 201, body: { main: true, active: true, closedAt: null } })
    expect((await openCoin(client)).status).toBe(409)
    expect((await remove(opened.text('serial'))).status).toBe(200)
    expect((await openCoin(client)).status).toBe(201)
  })

  test('passes being the main one on to the oldest that is left', async () => {
    const issuers = await Promise.all([
      addIssuer(api.call, api.admin.token),
      addIssuer(api.call, api.admin.token),
    ])
    const second = await openCoin(client, issuers[0].issuerId)
    await openCoin(client, issuers[1].issuerId)
    await remove()
    const main = (await coinsOf(client)).filter((coin) => coin.main)
    expect(main).toMatchObject([{ serial: second.text('serial') }])
    expect((await auditOf('coin.set_main'))[0]).toMatchObject({
      before: { main: false },
      after: { main: true },
    })
    await openCoin(client)
    expect((await coinsOf(client)).filter((coin) => coin.main)).toHaveLength(1)
  })

  test('twice at once closes it once', async () => {
    const answers = await Promise.all([remove(), remove(), remove()])
    expect(statusesOf(answers)).toEqual([200, 409, 409])
    const rows = await auditOf('coin.close')
    expect(rows.filter(({ after }) => (after as { serial?: string }).serial === serial)).toHaveLength(1)
  })

  test('is not for others: they find no such coin', async () => {
    const elsewhere = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    expect(refusalOf(await remove(serial, another))).toEqual({
      status: 404,
      code: 'not_found',
      parameters: ['serial'],
    })
    for (const token of [api.admin.token, elsewhere])
      expect((await api.call('DELETE', `/coins/${serial}`, { token })).status).toBe(403)
    expect((await remove('NO-SUCH-COIN')).status).toBe(404)
    expect(await coinsOf(client)).toHaveLength(1)
  })

  test('is refused where staff have switched it off', async () => {
    await switchByStaff(false)
    const refused = { status: 409, code: 'coin_blocked', parameters: ['serial'] }
    for (const answer of [await remove(), await emptyAndClose()]) expect(refusalOf(answer)).toEqual(refused)
    await switchByStaff(true)
    expect((await remove()).status).toBe(200)
  })
})

test('a coin of an organization is found under that organization only, and by staff', async () => {
  const read = (organizationId: string, token = api.admin.token) =>
    api.call('GET', `/organizations/${organizationId}/coins/${serial}`, { token })
  expect((await read(client.organizationId)).body).toMatchObject({ serial, active: true, closedAt: null })
  const notFound = { status: 404, code: 'not_found' }
  expect(refusalOf(await read(another.organizationId))).toEqual({ ...notFound, parameters: ['serial'] })
  expect(refusalOf(await read('org_nothing'))).toEqual({ ...notFound, parameters: ['id'] })
  const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
  expect(refusalOf(await read(client.organizationId, stranger))).toEqual({ ...notFound, parameters: ['id'] })
  expect((await read(client.organizationId, client.token)).status).toBe(403)
})

describe('a coin that is not empty', () => {
  test('is not closed, and the answer says the rule', async () => {
    await book()
    const answer = await remove()
    expect(refusalOf(answer)).toEqual(NOT_EMPTY)
    expect(answer.text('detail')).toContain('nothing is on it')
    expect((await coinsOf(client))[0]).toMatchObject({ serial, active: true, amount: '10.00' })
  })

  test.each(['received', 'awaiting_decision', 'at_platform', 'outcome_unknown', 'awaiting_reference'])(
    'is one with an operation that is %s',
    async (state) => {
      const { id: operation } = await ask()
      await inProject(api.owner, api.projectId, (trx) =>
        trx('operations').where({ id: operation }).update({ state }),
      )
      for (const answer of [await remove(), await emptyAndClose()])
        expect(refusalOf(answer)).toEqual(NOT_EMPTY)
      await inProject(api.owner, api.projectId, (trx) =>
        trx('operations').where({ id: operation }).update({ state: 'declined' }),
      )
      expect((await remove()).status).toBe(200)
    },
  )

  test('is one with an amount that is held, until it is released and moved', async () => {
    await book()
    const held = await book({ kind: 'withdrawal', amount: 400n, needsDecision: true })
    for (const answer of [await remove(), await emptyAndClose()]) expect(refusalOf(answer)).toEqual(NOT_EMPTY)
    expect((await coinsOf(another))[0]).toMatchObject({ amount: '0.00' })
    await inProject(api.owner, api.projectId, (trx) =>
      trx('operations').where({ id: held.id }).update({ decide_by: new Date() }),
    )
    await createLedger(api.db).apply(api.projectId, expireStep(held), 'workflow')
    expect((await emptyAndClose()).status).toBe(200)
  })
})

describe('closing while money moves', () => {
  test('waits for the step that is being applied, and then finds the coin not empty', async () => {
    const step = registerStep(await ask())
    const { closing } = await inProject(api.db, api.projectId, async (trx) => {
      await applySteps(trx, api.projectId, { steps: [encodeStep(step)], source: 'workflow' })
      const waiting = remove()
      await untilWaiting(api.db)
      return { closing: waiting }
    })
    expect(refusalOf(await closing)).toEqual(NOT_EMPTY)
    expect((await readCoin()).active).toBe(true)
  })

  test('lets the step that waits for it find the coin inactive', async () => {
    const step = registerStep(await ask({ kind: 'top_up' }))
    await inProject(api.owner, api.projectId, (trx) =>
      trx('operations').where({ id: step.operation }).update({ state: 'declined' }),
    )
    const coin = await readCoin()
    const { booking } = await inProject(api.db, api.projectId, async (trx) => {
      expect(await closeCoinAccount(trx, coin)).toBe(true)
      await inProject(api.owner, api.projectId, (other) =>
        other('operations').where({ id: step.operation }).update({ state: 'received' }),
      )
      const waiting = createLedger(api.db).apply(api.projectId, step, 'workflow')
      await untilWaiting(api.db)
      return { booking: waiting }
    })
    expect(await booking).toMatchObject({ outcome: 'refused', refusal: 'coin_inactive' })
    expect(await readCoin()).toMatchObject({ posted: '0', active: false })
  })
})

describe('moving all to another coin and closing', () => {
  test('does both, into the coin of another', async () => {
    await book({ amount: 12_345n })
    const answer = await emptyAndClose()
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'ok', process: { type: 'client_transaction_transfer', status: 'processed' } },
    })
    expect(await coinsOf(client)).toEqual([])
    expect((await coinsOf(another))[0]).toMatchObject({ amount: '123.45' })
    expect(await readCoin()).toMatchObject({ posted: '0', active: false })
    const { token } = client
    const filter = { coinSerials: [serial] }
    const history = await api.call('POST', '/transactions/view', { token, body: { filter } })
    expect(history.status === 200 ? history.at('records') : history.body).toHaveLength(2)
  })

  test('just closes a coin with nothing on it', async () => {
    expect(await emptyAndClose()).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect((await readCoin()).closed_at).not.toBeNull()
  })

  test('under one key is done once, and answered again in the same words', async () => {
    await book()
    const headers = { 'Idempotency-Key': freshCode(20) }
    const answers = await Promise.all([1, 2, 3].map(() => emptyAndClose(target, { headers })))
    expect(statusesOf(answers)).toEqual([200, 200, 200])
    const again = await emptyAndClose(target, { headers })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    for (const { body } of answers) expect(body).toEqual(again.body)
    expect((await coinsOf(another))[0]).toMatchObject({ amount: '10.00' })
    const other = (await openCoin(await registerClient(api.call))).text('serial')
    expect(refusalOf(await emptyAndClose(other, { headers })).code).toBe('idempotency_key_reused')
  })

  test('without a key, twice at once, moves the money once', async () => {
    await book()
    const answers = await Promise.all([emptyAndClose(), emptyAndClose()])
    expect(statusesOf(answers)[0]).toBe(200)
    expect((await coinsOf(another))[0]).toMatchObject({ amount: '10.00' })
    expect((await readCoin()).closed_at).not.toBeNull()
  })

  test.each([
    ['with its key', { 'Idempotency-Key': freshCode(20) }],
    ['without a key', {}],
  ])('after a crash between the two is finished by the same call %s', async (_how, headers) => {
    await book()
    const ledger = createLedger(api.db)
    const crashing = await startTestApi({
      databaseUrl: api.database.url,
      ledger: {
        apply: async (...step) => {
          await ledger.apply(...step)
          throw new Error('the process is gone')
        },
      },
    })
    expect((await emptyAndClose(target, { via: crashing, headers })).status).toBe(500)
    await crashing.stop()
    expect((await coinsOf(client))[0]).toMatchObject({ amount: '0.00', active: true })
    expect((await emptyAndClose(target, { headers })).status).toBe(200)
    expect(await coinsOf(client)).toEqual([])
    expect((await coinsOf(another))[0]).toMatchObject({ amount: '10.00' })
  })

  test('is refused by name with a target that cannot take it', async () => {
    await book()
    const foreign = await addIssuer(api.call, api.admin.token)
    const otherIssue = (await openCoin(another, foreign.issuerId)).text('serial')
    for (const into of ['NO-SUCH-COIN', serial, otherIssue])
      expect(refusalOf(await emptyAndClose(into))).toEqual({
        status: 400,
        code: 'validation_failed',
        parameters: ['transferToCoinSerial'],
      })
    await remove(target, another)
    expect(refusalOf(await emptyAndClose())).toEqual({
      status: 422,
      code: 'coin_inactive',
      parameters: ['transferToCoinSerial'],
    })
    expect((await coinsOf(client))[0]).toMatchObject({ amount: '10.00', active: true })
  })

  test('is refused for a coin that is off, one of another, and a body that is not closed', async () => {
    await book()
    const { token } = client
    await api.call('PATCH', `/coins/${serial}`, { token, body: { active: false } })
    expect(refusalOf(await emptyAndClose()).parameters).toEqual(['serial'])
    expect((await emptyAndClose(target, { token: another.token })).status).toBe(404)
    expect((await emptyAndClose(target, { token: api.admin.token })).status).toBe(403)
    const body = { transferToCoinSerial: target, amount: '1' }
    expect(refusalOf(await emptyAndClose(target, { body })).parameters).toEqual(['amount'])
    expect(refusalOf(await emptyAndClose(target, { body: {} })).parameters).toEqual(['transferToCoinSerial'])
  })
})

const NOT_EMPTY = { status: 409, code: 'coin_not_empty', parameters: ['serial'] }

const CLOSED = { status: 409, code: 'coin_closed', parameters: ['serial'] }

function openCoin({ token }: Person, issuerId = issuer.issuerId): Promise<Answer> {
  return api.call('POST', '/coins', { token, body: { name: 'A coin', issuerId } })
}

function remove(coin = serial, { token }: Person = client): Promise<Answer> {
  return api.call('DELETE', `/coins/${coin}`, { token })
}

function emptyAndClose(into = target, options: CallOptions & { via?: TestApi } = {}): Promise<Answer> {
  const { via = api, ...more } = options
  const body = { transferToCoinSerial: into }
  return via.call('PUT', `/close/coin/${serial}`, { token: client.token, body, ...more })
}

function switchByStaff(active: boolean): Promise<Answer> {
  return api.call('PATCH', `/coins/${serial}/status`, { token: api.admin.token, body: { active } })
}

async function coinsOf({ token }: Person): Promise<{ serial: string; main: boolean; amount: string }[]> {
  const answer = await api.call('GET', '/coins', { token })
  return answer.at('coins') as { serial: string; main: boolean; amount: string }[]
}

async function auditOf(action: string): Promise<{ after: object; before: object }[]> {
  const body = { filter: { subjectTypes: ['coin'] } }
  const trail = await api.call('POST', '/audit-trails/view', { token: api.admin.token, body })
  const rows = trail.at('records') as { action: string; after: object; before: object; actor: object }[]
  return rows.filter((row) => row.action === action)
}

async function readCoin(which = serial): Promise<Coin> {
  const coin = await inProject(api.db, api.projectId, (trx) => findCoin(trx, which))
  if (!coin) throw new Error(`there is no coin ${which}`)
  return coin
}

type Asked = { kind?: 'top_up' | 'withdrawal'; amount?: bigint; needsDecision?: boolean }

/** Commits the wish, as a money POST does. */
async function ask({ kind = 'top_up', amount = 1_000n, needsDecision = false }: Asked = {}) {
  const { id: coinId, issuer_id: issuerId, organization_id: organizationId } = await readCoin()
  return intend(api.db, api.projectId, { kind, needsDecision, coinId, issuerId, organizationId, amount })
}

async function book(asked: Asked = {}): Promise<OperationFacts> {
  const facts = await ask(asked)
  const answer = await createLedger(api.db).apply(api.projectId, registerStep(facts), 'workflow')
  expect(answer.outcome).toBe('applied')
  return facts
}

/** Until some connection of the database waits for a lock of another. */
