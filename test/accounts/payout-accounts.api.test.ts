import { findPayoutAccount, type BankAccount, type PayoutAsked } from '#db/accounts/bank-accounts.ts'
import { inProject } from '#db/connection.ts'
import type { Answer } from '#test/support/api.ts'
import { addBank, addIssuer, freshCode, postBank, projectOf, refusalOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, registerClient, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const compliance = opened(() => createStaff(api.call, 'compliance_specialist'))
const issuer = opened(() => addIssuer(api.call, api.admin.token))
const ourBank = opened(() => addBank(api.call, api.admin.token))
let client: Person
let serial: string
beforeEach(async () => {
  client = await registerClient(api.call)
  serial = (await call('POST', '/coins', { name: 'Mine', issuerId: issuer.issuerId })).text('serial')
})

describe('linking by staff', () => {
  test('gives one that another person of staff approves', async () => {
    const added = await linkByStaff({ bankAccountNumber: '12-34 56/7', iban: undefined })
    expect(added.body).toMatchObject({ bankAccountStatus: 'PENDING', pool: false })
    const id = added.text('bankAccountId')
    expect((await decide('approve', id, compliance.token)).status).toBe(403)
    const another = await createStaff(api.call, 'compliance_specialist')
    expect((await decide('approve', id, another.token)).at('status')).toBe('APPROVED')
    expect(await mine()).toMatchObject([
      { userId: client.id, status: 'APPROVED', details: { bankAccountNumber: '12-34 56/7' } },
    ])
    const trail = await as(api.admin.token)('POST', '/audit-trails/view', {
      filter: { subjectIds: [id] },
      sort: { at: 'asc' },
    })
    expect(trail.at('records')).toMatchObject([
      { action: 'bank_account.create', actor: { id: compliance.id } },
      { action: 'bank_account.approve', actor: { id: another.id }, after: { status: 'APPROVED' } },
    ])
  })
})

describe('a pool account', () => {
  test('is shown to the client to pay in to, once another person of staff has approved it', async () => {
    await link()
    const added = await linkPool(compliance.token)
    expect(added.body).toMatchObject({ pool: true, bankAccountStatus: 'PENDING', isDefault: false })
    const id = added.text('bankAccountId')
    expect(await poolsSeen()).toEqual([[false], [false]])
    expect((await decide('approve', id, compliance.token)).status).toBe(403)
    expect((await decide('approve', id)).body).toMatchObject({ status: 'APPROVED', pool: true })
    expect(await poolsSeen()).toEqual([
      [false, true],
      [true, false],
    ])
  })

  test('is found by staff among the others, and by clients when it is theirs to see', async () => {
    const own = (await link()).text('bankAccountId')
    const id = (await linkPool()).text('bankAccountId')
    await decide('approve', id, compliance.token)
    for (const [path, token] of [
      ['/bank-accounts/view', api.admin.token],
      ['/my/bank-accounts/view', client.token],
    ] as const)
      for (const [isPool, found] of [
        [true, id],
        [false, own],
      ] as const) {
        const answer = await as(token)('POST', path, { filter: { coinSerial: serial, pool: isPool } })
        expect(listed(answer).map((record) => record.id)).toEqual([found])
      }
  })

  test('is never made, changed or removed by the client', async () => {
    expect(refusalOf(await link({ pool: true }))).toMatchObject({ status: 400, parameters: ['pool'] })
    const id = (await linkPool()).text('bankAccountId')
    const attempts = async () => [
      (await patch(id, { iban: IBAN })).status,
      (await patch(id, { isDefault: true })).status,
      (await call('DELETE', `/my/bank-accounts/${id}`)).status,
    ]
    expect(await attempts()).toEqual([404, 404, 404])
    await decide('approve', id, compliance.token)
    expect(await attempts()).toEqual([403, 403, 403])
    expect(await mine()).toMatchObject([{ id, pool: true, details: { iban: OTHER_IBAN } }])
  })

  test('is no default, and pool is yes or no', async () => {
    expect(refusalOf(await linkPool(api.admin.token, { isDefault: true })).parameters).toEqual(['isDefault'])
    expect(refusalOf(await linkPool(api.admin.token, { pool: 'yes' })).parameters).toEqual(['pool'])
  })

  test('is unlinked by staff, of its project and with the permission, with a row in the trail', async () => {
    const id = (await linkPool()).text('bankAccountId')
    const accountant = await createStaff(api.call, 'accountant')
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    const removeAs = async (token: string) => (await as(token)('DELETE', `/bank-accounts/${id}`)).status
    expect(await removeAs(client.token)).toBe(403)
    expect(await removeAs(accountant.token)).toBe(403)
    expect(await removeAs(stranger)).toBe(404)
    expect(await removeAs(compliance.token)).toBe(204)
    expect(await removeAs(compliance.token)).toBe(404)
    const trail = await as(api.admin.token)('POST', '/audit-trails/view', { filter: { subjectIds: [id] } })
    expect(trail.at('records.0')).toMatchObject({
      action: 'bank_account.remove',
      actor: { id: compliance.id },
      before: { pool: true },
    })
  })
})

describe('the account that a payout names', () => {
  test('is found by its IBAN in any spelling, by its number exactly, and by its id', async () => {
    const one = (await link()).text('bankAccountId')
    const two = (await link({ iban: undefined, bankAccountNumber: 'ab-12' })).text('bankAccountId')
    expect(await idOfPayoutTo({ iban: 'de89 3704 0044-0532 0130 00' })).toBe(one)
    expect(await idOfPayoutTo({ iban: IBAN, bankId: ourBank.bankId })).toBe(one)
    expect(await idOfPayoutTo({ bankAccountId: two })).toBe(two)
    expect(await idOfPayoutTo({ accountNumber: 'ab-12' })).toBe(two)
    expect(await idOfPayoutTo({ accountNumber: 'AB-12' })).toBeUndefined()
    expect(await idOfPayoutTo({ accountNumber: 'ab12' })).toBeUndefined()
    expect(await idOfPayoutTo({ bankAccountId: 'bac_nothing' })).toBeUndefined()
  })

  test('fits in all that is named, of this coin and at the bank that is named', async () => {
    const id = (await link({ bankAccountNumber: '77' })).text('bankAccountId')
    const otherBank = (await postBank(api.call, api.admin.token)).text('bankId')
    expect((await payoutTo({ iban: IBAN, accountNumber: '77', bankId: ourBank.bankId }))?.id).toBe(id)
    expect(await payoutTo({ iban: IBAN, accountNumber: '78' })).toBeUndefined()
    expect(await payoutTo({ iban: OTHER_IBAN, accountNumber: '77' })).toBeUndefined()
    expect(await payoutTo({ iban: IBAN, bankId: otherBank })).toBeUndefined()
    expect(await payoutTo({ bankAccountId: id, iban: OTHER_IBAN })).toBeUndefined()
    expect(await payoutTo({ bankId: ourBank.bankId })).toBeUndefined()
    expect(await payoutTo({})).toBeUndefined()
    const another = await registerClient(api.call)
    const theirs = await as(another.token)('POST', '/coins', { name: 'Theirs', issuerId: issuer.issuerId })
    expect(await payoutTo({ iban: IBAN }, theirs.text('serial'))).toBeUndefined()
  })

  test('is an approved one before one that waits, and that before one that was rejected', async () => {
    const ids: string[] = []
    for (const _ of [1, 2, 3]) {
      const bank = (await postBank(api.call, api.admin.token)).text('bankId')
      ids.push((await link({ bankId: bank })).text('bankAccountId'))
    }
    const [rejected = '', waiting = '', approved = ''] = ids
    await decide('reject', rejected)
    expect(await payoutTo({ iban: IBAN })).toMatchObject({ id: waiting, status: 'PENDING' })
    await decide('approve', approved)
    expect(await payoutTo({ iban: IBAN })).toMatchObject({ id: approved, status: 'APPROVED' })
    await patch(approved, { fullName: 'Somebody Else' })
    expect(await payoutTo({ bankAccountId: approved })).toMatchObject({ status: 'PENDING' })
  })

  test('is never a pool account', async () => {
    const id = (await linkPool(compliance.token, { iban: IBAN })).text('bankAccountId')
    expect((await decide('approve', id)).status).toBe(200)
    expect(await payoutTo({ iban: IBAN })).toBeUndefined()
    expect(await payoutTo({ bankAccountId: id })).toBeUndefined()
  })
})

const IBAN = 'DE89370400440532013000'

const OTHER_IBAN = 'GB82WEST12345698765432'

function as(token: string) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return as(client.token)(method, path, body)
}

function link(more: object = {}): Promise<Answer> {
  const path = `/my/bank-accounts/coin/${serial}/with-bank`
  return call('POST', path, { bankId: ourBank.bankId, fullName: 'Ada Lovelace', iban: IBAN, ...more })
}

function linkPool(token = api.admin.token, more: object = {}): Promise<Answer> {
  const path = `/bank-accounts/coin/${serial}/with-bank`
  const body = { bankId: ourBank.bankId, fullName: 'Sluice Ltd', iban: OTHER_IBAN, pool: true, ...more }
  return as(token)('POST', path, body)
}

function linkByStaff(more: object): Promise<Answer> {
  return linkPool(compliance.token, { pool: false, fullName: 'Ada Lovelace', ...more })
}

function patch(id: string, body: unknown): Promise<Answer> {
  return call('PATCH', `/my/bank-accounts/${id}/with-bank`, body)
}

function decide(verb: 'approve' | 'reject', id: string, token = api.admin.token): Promise<Answer> {
  return as(token)('POST', `/bank-accounts/${id}/${verb}`, {})
}

type Listed = { id: string; pool: boolean }

function listed(answer: Answer): Listed[] {
  return answer.at('records') as Listed[]
}

async function mine(): Promise<Listed[]> {
  return listed(await call('GET', '/my/bank-accounts'))
}

/** What the client sees, in both lists. */
async function poolsSeen(): Promise<boolean[][]> {
  const lists = [await mine(), listed(await call('POST', '/my/bank-accounts/view', {}))]
  return lists.map((records) => records.map(({ pool }) => pool))
}

type Named = Omit<PayoutAsked, 'coinId'>

async function payoutTo(named: Named, of = serial): Promise<BankAccount | undefined> {
  const projectId = await projectOf(api.db, client.id)
  return inProject(api.db, projectId, async (trx) => {
    const coin = (await trx('coins').where({ serial: of }).first('id')) as { id: string }
    return findPayoutAccount(trx, { coinId: coin.id, ...named })
  })
}

async function idOfPayoutTo(named: Named): Promise<string | undefined> {
  return (await payoutTo(named))?.id
}
