import { inProject } from '#db/connection.ts'
import type { Answer } from '#test/support/api.ts'
import {
  addBank,
  addIssuer,
  freshCode,
  postBank,
  projectOf,
  refusalOf,
  statusesOf,
} from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, registerClient, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const compliance = opened(() => createStaff(api.call, 'compliance_specialist'))
const issuer = opened(() => addIssuer(api.call, api.admin.token))
const ourBank = opened(() => addBank(api.call, api.admin.token, { name: 'Harbour Bank' }))
let client: Person
let serial: string
beforeEach(async () => {
  client = await registerClient(api.call)
  serial = (await call('POST', '/coins', { name: 'Mine', issuerId: issuer.issuerId })).text('serial')
})

const IBAN = 'DE89370400440532013000'

describe('linking a bank account', () => {
  test('gives a client one that waits for approval', async () => {
    const added = await link({ iban: 'de89 3704-0044 0532 0130 00', isDefault: true })
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({
      status: 'ok',
      bankAccountStatus: 'PENDING',
      iban: IBAN,
      bankAccountNumber: null,
      fullName: 'Ada Lovelace',
      isDefault: true,
      bankInfo: { bankId: ourBank.bankId, name: 'Harbour Bank' },
    })
    expect(await mine()).toMatchObject([
      {
        id: added.text('bankAccountId'),
        userId: client.id,
        coinSerial: serial,
        default: true,
        status: 'PENDING',
        details: {
          fullName: 'Ada Lovelace',
          iban: IBAN,
          bankAccountNumber: null,
          bankInfo: { bankId: ourBank.bankId },
        },
      },
    ])
  })

  test('makes one the default at most, also when several are linked at once', async () => {
    const numbers = ['1', '2', '3', '4']
    const added = await Promise.all(
      numbers.map((bankAccountNumber) => link({ bankAccountNumber, isDefault: true })),
    )
    expect(added.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect((await mine()).filter((one) => one.default)).toHaveLength(1)
  })

  test('twice gives one, also when both are asked for at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => link()))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    expect(refusalOf(await link({ iban: 'DE89 3704 0044 0532 0130 00' }))).toEqual({
      status: 409,
      code: 'bank_account_exists',
      parameters: ['iban'],
    })
  })

  test.each([
    ['no number at all', { iban: undefined }, ['iban']],
    ['a bank that is not there', { bankId: 'bnk_nothing' }, ['bankId']],
    ['no bank', { bankId: undefined }, ['bankId']],
    ['no owner', { fullName: '' }, ['fullName']],
    ['an account number with signs', { bankAccountNumber: "1'; drop" }, ['bankAccountNumber']],
    ['an empty account number', { bankAccountNumber: '' }, ['bankAccountNumber']],
    ['a status of its own', { status: 'APPROVED' }, ['status']],
    ['a default in words', { isDefault: 'yes' }, ['isDefault']],
  ])('is refused with %s', async (_what, more, parameters) => {
    expect(refusalOf(await link(more))).toEqual({ status: 400, code: 'validation_failed', parameters })
    expect(refusalOf(await linkByStaff(more)).parameters).toEqual(parameters)
  })

  test.each([
    ['', 'is empty'],
    ['XX89370400440532013000', 'country'],
    ['DE8937040044053201300', 'longer or shorter'],
    ['DE8937040044053201300X', 'letter or digit'],
    ['DEX9370400440532013000', 'check digits'],
    ['DE88370400440532013000', 'typing error'],
    ['💶', 'country'],
  ])('is refused with the IBAN "%s", and says that it %s', async (iban, reason) => {
    const answer = await link({ iban })
    expect(refusalOf(answer).parameters).toEqual(['iban'])
    expect(answer.text('errors.0.message')).toContain(reason)
  })

  test('with a bank of another project is refused as with none', async () => {
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    const theirs = (await postBank(api.call, stranger)).text('bankId')
    expect(refusalOf(await link({ bankId: theirs })).parameters).toEqual(['bankId'])
  })

  test('to a coin of somebody else is refused as if it were not there', async () => {
    const another = await registerClient(api.call)
    expect(refusalOf(await link({}, another.token))).toEqual({
      status: 404,
      code: 'not_found',
      parameters: ['coinSerial'],
    })
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    expect((await linkByStaff({}, stranger)).status).toBe(404)
    expect((await linkByStaff({}, client.token)).status).toBe(403)
    expect(await mine()).toEqual([])
  })
})

describe('approving a bank account', () => {
  test('is a decision that is taken once', async () => {
    const id = (await link()).text('bankAccountId')
    const answers = await Promise.all([decide('approve', id), decide('reject', id, { reason: 'blurred' })])
    expect(statusesOf(answers)).toEqual([200, 409])
    const winner = answers.find(({ status }) => status === 200)
    expect(await mine()).toEqual([winner?.body])
    expect(refusalOf(await decide('reject', id))).toEqual({
      status: 409,
      code: 'already_decided',
      parameters: ['id'],
    })
  })

  test('tells the client why not', async () => {
    const id = (await link()).text('bankAccountId')
    await decide('reject', id, { reason: 'Another name' })
    expect(await mine()).toMatchObject([{ status: 'REJECTED', reason: 'Another name' }])
  })

  test('is refused where the client has changed the details since they were looked at', async () => {
    const id = (await link()).text('bankAccountId')
    const [seen] = await mine()
    await call('PATCH', `/my/bank-accounts/${id}/with-bank`, { iban: OTHER_IBAN })
    const updatedAt = seen?.updatedAt
    expect(refusalOf(await decide('approve', id, { updatedAt }))).toEqual({
      status: 409,
      code: 'bank_account_changed',
      parameters: ['updatedAt'],
    })
    const [now] = await mine()
    expect((await decide('approve', id, { updatedAt: now?.updatedAt })).at('status')).toBe('APPROVED')
  })

  test('is never for the person who typed the details, and the database says so too', async () => {
    const id = (await link()).text('bankAccountId')
    const projectId = await projectOf(api.db, client.id)
    const setRole = (role: string) =>
      inProject(api.db, projectId, (trx) => trx('members').where({ person_id: client.id }).update({ role }))
    await setRole('compliance_manager')
    const answer = await decideAs(client.token)('approve', id)
    expect(answer.status).toBe(403)
    await setRole('individual')
    await expect(
      inProject(api.db, projectId, (trx) =>
        trx('bank_accounts').where({ id }).update({ status: 'APPROVED', decided_by: client.id }),
      ),
    ).rejects.toThrow('four_eyes')
  })

  test('is for those who hold the permission, in the project of the account', async () => {
    const id = (await link()).text('bankAccountId')
    const accountant = await createStaff(api.call, 'accountant')
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    expect((await decideAs(client.token)('approve', id)).status).toBe(403)
    expect((await decideAs(accountant.token)('approve', id)).status).toBe(403)
    expect((await decideAs(stranger)('approve', id)).status).toBe(404)
    expect((await decide('approve', 'bac_nothing')).status).toBe(404)
    expect(refusalOf(await decide('approve', id, { status: 'APPROVED' })).parameters).toEqual(['status'])
    expect(refusalOf(await decide('approve', id, { updatedAt: 'today' })).parameters).toEqual(['updatedAt'])
    expect(await mine()).toMatchObject([{ status: 'PENDING' }])
  })
})

describe('changing a bank account', () => {
  test('takes its approval away when the details are others', async () => {
    const id = (await linkByStaff({}, compliance.token)).text('bankAccountId')
    await decide('approve', id)
    expect((await patch(id, { isDefault: true })).body).toMatchObject({
      bankAccountStatus: 'APPROVED',
      isDefault: true,
    })
    expect((await patch(id, { iban: IBAN })).at('bankAccountStatus')).toBe('APPROVED')
    const changed = await patch(id, { iban: null, bankAccountNumber: '77' })
    expect(changed.body).toMatchObject({
      bankAccountStatus: 'PENDING',
      iban: null,
      bankAccountNumber: '77',
      isDefault: true,
    })
    const approved = await as(api.admin.token)('POST', `/bank-accounts/${id}/approve`)
    expect(approved.at('status')).toBe('APPROVED')
  })

  test('moves the default from the one that had it, with a row for each in the trail', async () => {
    const one = (await link({ isDefault: true })).text('bankAccountId')
    const two = (await link({ iban: OTHER_IBAN })).text('bankAccountId')
    await patch(two, { isDefault: true })
    expect((await mine()).map((record) => [record.id, record.default])).toEqual([
      [one, false],
      [two, true],
    ])
    const filter = { subjectIds: [one, two] }
    const trail = await as(api.admin.token)('POST', '/audit-trails/view', { filter, sort: { at: 'asc' } })
    expect(trail.at('records')).toMatchObject([
      { action: 'bank_account.create', subjectId: one },
      { action: 'bank_account.create', subjectId: two },
      { action: 'bank_account.no_longer_default', subjectId: one },
      { action: 'bank_account.change', subjectId: two, before: { default: false }, after: { default: true } },
    ])
  })

  test('into one that is there already is refused', async () => {
    await link()
    const two = (await link({ iban: OTHER_IBAN })).text('bankAccountId')
    expect(refusalOf(await patch(two, { iban: IBAN }))).toMatchObject({ status: 409, parameters: ['iban'] })
  })

  test('is refused without any number, with nothing to change, and with what is not known', async () => {
    const id = (await link()).text('bankAccountId')
    expect(refusalOf(await patch(id, { iban: null })).parameters).toEqual(['iban'])
    expect(refusalOf(await patch(id, {})).parameters).toEqual(['body'])
    expect(refusalOf(await patch(id, { bankId: 'bnk_nothing' })).parameters).toEqual(['bankId'])
    expect(refusalOf(await patch(id, { status: 'APPROVED', coinSerial: 'X' })).parameters).toEqual([
      'status',
      'coinSerial',
    ])
  })

  test('and removing are for its owner', async () => {
    const id = (await link()).text('bankAccountId')
    const another = await registerClient(api.call)
    expect((await patch(id, { fullName: 'Eve' }, another.token)).status).toBe(404)
    const path = `/my/bank-accounts/${id}`
    expect((await as(another.token)('DELETE', path)).status).toBe(404)
    expect(await mine()).toMatchObject([{ details: { fullName: 'Ada Lovelace' } }])
    const removed = await Promise.all([call('DELETE', path), call('DELETE', path)])
    expect(statusesOf(removed)).toEqual([204, 404])
    expect(await mine()).toEqual([])
  })
})

describe('finding bank accounts', () => {
  test('by every filter, a client only among their own', async () => {
    const swift = `FINDDE${freshCode(2)}`
    const bank = await postBank(api.call, api.admin.token, { name: 'Bank of the Moon 50%', swift })
    const found = (await link({ bankId: bank.text('bankId'), bankAccountNumber: '4711' })).text(
      'bankAccountId',
    )
    await link({ iban: OTHER_IBAN })
    const find = async (filter: object, token = api.admin.token) => {
      const path = token === api.admin.token ? '/bank-accounts/view' : '/my/bank-accounts/view'
      const answer = await as(token)('POST', path, { filter: { coinSerial: serial, ...filter } })
      return (answer.at('records') as Listed[]).map(({ id }) => id)
    }
    for (const filter of [
      { bankAccountNumber: '4711' },
      { bankName: 'MOON' },
      { bankName: '50%' },
      { bic: bank.text('bic').toLowerCase() },
      { swift },
      { iban: 'DE89 3704 0044 0532 0130 00' },
    ]) {
      expect(await find(filter)).toEqual([found])
      expect(await find(filter, client.token)).toEqual([found])
    }
    expect(await find({ statuses: ['PENDING'] })).toHaveLength(2)
    expect(await find({ statuses: ['APPROVED'] })).toEqual([])
    expect(await find({ userIds: [client.id] })).toHaveLength(2)
    expect(await find({ userIds: ['usr_nobody'] })).toEqual([])
    expect(await find({ bankName: '%' })).toEqual([found])
    const another = await registerClient(api.call)
    expect(await find({}, another.token)).toEqual([])
  })

  test('newest first unless asked otherwise, page by page', async () => {
    const ids: string[] = []
    for (const [bankAccountNumber, fullName] of Object.entries(['Zoe', 'Max', 'Ada']))
      ids.push((await link({ bankAccountNumber, fullName })).text('bankAccountId'))
    const page = async (body: object) => {
      const answer = await call('POST', '/my/bank-accounts/view', { pageSize: 2, ...body })
      return (answer.at('records') as Listed[]).map(({ id }) => id)
    }
    const newest = ids.toReversed()
    expect([...(await page({})), ...(await page({ pageNumber: 1 }))]).toEqual(newest)
    expect(await page({ sort: { createdAt: 'asc' } })).toEqual(ids.slice(0, 2))
    const answer = await call('POST', '/my/bank-accounts/view', { pageSize: 2 })
    expect(answer.body).toMatchObject({ totalRecords: 3, totalPages: 2, totalIsCapped: false })
  })

  test.each([
    [{ filter: { statuses: ['pending'] } }, 'filter.statuses.0'],
    [{ filter: { userIds: Array.from({ length: 101 }, () => 'x') } }, 'filter.userIds'],
    [{ filter: { iban: 5 } }, 'filter.iban'],
    [{ filter: { personId: 'x' } }, 'filter.personId'],
    [{ pageNumber: 1e9 }, 'pageNumber'],
    [{ pageSize: '20' }, 'pageSize'],
    [{ sort: { iban: 'asc' } }, 'sort.iban'],
  ])('with %j is refused', async (body, parameter) => {
    for (const [path, token] of [
      ['/my/bank-accounts/view', client.token],
      ['/bank-accounts/view', api.admin.token],
    ] as const)
      expect(refusalOf(await as(token)('POST', path, body))).toEqual({
        status: 400,
        code: 'validation_failed',
        parameters: [parameter],
      })
  })
})

describe('validating an IBAN', () => {
  test.each([
    [IBAN, true],
    ['de89 3704 0044 0532 0130 00', true],
    ['DE88370400440532013000', false],
    ['not an iban', false],
    ['__proto__', false],
    ['İ'.repeat(30), false],
  ])('%s: %s', async (iban, ibanIsValid) => {
    const answer = await call('POST', '/iban/validate', { iban })
    expect(answer.body).toEqual({ ibanIsValid })
  })

  test('takes a text', async () => {
    for (const iban of [null, 12, ['DE'], ''])
      expect(refusalOf(await call('POST', '/iban/validate', { iban })).parameters).toEqual(['iban'])
  })
})

const OTHER_IBAN = 'GB82WEST12345698765432'

function as(token: string) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return as(client.token)(method, path, body)
}

function link(more: object = {}, token = client.token): Promise<Answer> {
  const path = `/my/bank-accounts/coin/${serial}/with-bank`
  return as(token)('POST', path, { bankId: ourBank.bankId, fullName: 'Ada Lovelace', iban: IBAN, ...more })
}

function linkByStaff(more: object = {}, token = api.admin.token): Promise<Answer> {
  const path = `/bank-accounts/coin/${serial}/with-bank`
  return as(token)('POST', path, { bankId: ourBank.bankId, fullName: 'Ada Lovelace', iban: IBAN, ...more })
}

type Listed = { id: string; status: string; default: boolean; updatedAt: string }

async function mine(): Promise<Listed[]> {
  return (await call('GET', '/my/bank-accounts')).at('records') as Listed[]
}

function decideAs(token: string) {
  return (verb: 'approve' | 'reject', id: string, body: object = {}) =>
    as(token)('POST', `/bank-accounts/${id}/${verb}`, body)
}

function decide(verb: 'approve' | 'reject', id: string, body?: object): Promise<Answer> {
  return decideAs(api.admin.token)(verb, id, body)
}

function patch(id: string, body: unknown, token = client.token): Promise<Answer> {
  return as(token)('PATCH', `/my/bank-accounts/${id}/with-bank`, body)
}
