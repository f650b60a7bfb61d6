import { SYSTEM_ACCOUNT_TYPES } from '#domain/operations/accounting.ts'
import { rolesWith } from '#domain/identity/role.ts'
import type { Answer } from '#test/support/api.ts'
import {
  addIssuer,
  freshBic,
  freshCode,
  postBank,
  postCurrency,
  postIssuer,
  refusalOf,
  statusesOf,
} from '#test/support/catalogue.ts'
import { createStaff, registerClient } from '#test/support/people.ts'
import type { Platform } from '#domain/platforms/platform.ts'
import { opened } from '#test/support/opened.ts'
import { useApi } from '#test/support/use-api.ts'

const platforms = new Map([['simulated', { label: 'simulated' } as Platform]])
const api = useApi({ platforms })
const client = opened(() => registerClient(api.call))
const stranger = opened(() => api.addStranger())

describe('currencies', () => {
  test('one that was created is listed with the decimals that ISO 4217 gives it', async () => {
    const yen = await postCurrency(api.call, api.admin.token, { code: 'JPY', name: 'Yen' })
    expect(yen.status).toBe(201)
    expect(yen.body).toMatchObject({ code: 'JPY', fraction: 0, active: true, isMain: false })
    const listed = await as(client.token)('GET', '/currencies')
    expect(listed.at('records')).toContainEqual(yen.body)
  })

  test('a code is taken once, also by two calls at once, and the refusal names it', async () => {
    const code = freshCode()
    const answers = await Promise.all([1, 2].map(() => postCurrency(api.call, api.admin.token, { code })))
    expect(statusesOf(answers)).toEqual([201, 409])
    const again = await postCurrency(api.call, api.admin.token, { code })
    expect(refusalOf(again)).toEqual({ status: 409, code: 'currency_exists', parameters: ['code'] })
  })

  test('are found by code, name, status and any piece of text, where % is just a sign', async () => {
    const name = `Zürich 100% ${freshCode()}`
    const one = await postCurrency(api.call, api.admin.token, { name, description: 'for ships' })
    const code = one.text('code')
    const off = await postCurrency(api.call, api.admin.token, { active: false, name: `${name} off` })
    expect(await idsOf({ codes: [code] })).toEqual([one.text('id')])
    expect(await idsOf({ names: [name] })).toEqual([one.text('id')])
    expect(await idsOf({ names: [name], activationStatus: 'INACTIVE' })).toEqual([])
    expect(await idsOf({ text: name.toUpperCase(), activationStatus: 'INACTIVE' })).toEqual([off.text('id')])
    expect((await idsOf({ text: name.toUpperCase() })).toSorted()).toEqual(
      [one.text('id'), off.text('id')].toSorted(),
    )
    expect(await idsOf({ text: `%${code}` })).toEqual([])
    expect(await idsOf({ codes: [] })).toEqual([])
  })

  test('come in pages that do not overlap', async () => {
    await Promise.all([1, 2, 3].map(() => postCurrency(api.call, api.admin.token)))
    const names = [...(await pageByName(0)), ...(await pageByName(1))].map(({ name }) => name)
    expect(new Set(names).size).toBe(4)
    expect(names).toEqual(names.toSorted((a, b) => (a < b ? 1 : -1)))
  })

  test.each([
    ['a negative page', { pageNumber: -1 }, 'pageNumber'],
    ['a huge page', { pageNumber: 999_999_999_999 }, 'pageNumber'],
    ['a page in words', { pageNumber: '0' }, 'pageNumber'],
    ['half a page', { pageNumber: 0.5 }, 'pageNumber'],
    ['a page of none', { pageSize: 0 }, 'pageSize'],
    ['a page of too many', { pageSize: 101 }, 'pageSize'],
    ['an unknown field', { page: 1 }, 'page'],
    ['an unknown filter', { filter: { id: 'x' } }, 'filter.id'],
    ['a filter of another type', { filter: { codes: 'EUR' } }, 'filter.codes'],
    ['an unknown status', { filter: { activationStatus: 'SLEEPY' } }, 'filter.activationStatus'],
    ['sorting by what is not sorted', { sort: { id: 'asc' } }, 'sort.id'],
    ['sorting by two', { sort: { code: 'asc', name: 'asc' } }, 'sort'],
    ['sorting sideways', { sort: { code: 'up' } }, 'sort.code'],
  ])('%s is refused by name', async (_what, body, parameter) => {
    const answer = await call('POST', '/currencies/view', body)
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
  })

  test('can be renamed and switched off, but keep their code and decimals', async () => {
    const created = await postCurrency(api.call, api.admin.token, { description: 'old' })
    const path = `/currencies/${created.text('id')}`
    const changed = await call('PATCH', path, { name: 'New', description: null, active: false })
    expect(changed.status).toBe(200)
    expect(changed.body).toEqual({
      ...(created.body as object),
      name: 'New',
      description: null,
      active: false,
    })
    for (const body of [{ code: 'NEW' }, { fraction: 5 }, { isMain: true }])
      expect(refusalOf(await call('PATCH', path, body))).toMatchObject({
        status: 400,
        parameters: Object.keys(body),
      })
    expect((await call('PATCH', path, {})).status).toBe(400)
    expect(await trailOf(created.text('id'))).toEqual(['currency.change', 'currency.create'])
  })

  test('have one main among them at most, also when several are made main at once', async () => {
    const created = await Promise.all([1, 2, 3, 4].map(() => postCurrency(api.call, api.admin.token)))
    const answers = await Promise.all(
      created.map((one) => call('PATCH', `/currencies/${one.text('id')}/set-main`)),
    )
    expect(answers.map((answer) => [answer.status, answer.at('isMain')])).toEqual(
      created.map(() => [200, true]),
    )
    const listed = await call('GET', '/currencies')
    const main = (listed.at('records') as { isMain: boolean }[]).filter(({ isMain }) => isMain)
    expect(main).toHaveLength(1)
    expect(await trailOf(created[0]?.text('id') ?? '')).toContain('currency.set_main')
  })

  test('of another project, or of none, are not found and not changed', async () => {
    const theirs = await postCurrency(api.call, stranger.token)
    for (const id of [theirs.text('id'), 'cur_nothing', '%00', '💸', 'x'.repeat(64)]) {
      for (const [path, body] of [
        [`/currencies/${id}`, { name: 'Mine now' }],
        [`/currencies/${id}/set-main`, undefined],
      ] as const) {
        const answer = await call('PATCH', path, body)
        expect(refusalOf(answer)).toMatchObject({
          status: id === '%00' ? 400 : 404,
          parameters: ['id'],
        })
      }
    }
    const listed = await as(stranger.token)('GET', '/currencies')
    expect(listed.at('records')).toEqual([theirs.body])
  })
})

describe('issuers', () => {
  test('are created with their system accounts, all empty', async () => {
    const currency = await postCurrency(api.call, api.admin.token, { fraction: 3 })
    const issuer = await postIssuer(api.call, api.admin.token, { currencyCode: currency.text('code') })
    expect(issuer.status).toBe(201)
    expect(issuer.text('id')).toMatch(/^iss_/)
    expect(issuer.at('currency')).toEqual(currency.body)
    const accounts = await call('GET', '/organizations/system/coins')
    const system = (accounts.at('records') as { issuer: { id: string }; type: string; amount: string }[])
      .filter((one) => one.issuer.id === issuer.text('id'))
      .map(({ type, amount }) => ({ type, amount }))
    expect(system.toSorted((a, b) => a.type.localeCompare(b.type))).toEqual(
      SYSTEM_ACCOUNT_TYPES.toSorted().map((type) => ({ type, amount: '0.000' })),
    )
    expect(await trailOf(issuer.text('id'))).toEqual(['issuer.create'])
  })

  test('are listed by their order number, with their currency', async () => {
    const currency = await postCurrency(api.call, api.admin.token)
    const currencyCode = currency.text('code')
    const last = await postIssuer(api.call, api.admin.token, { currencyCode, orderNumber: 5 })
    const first = await postIssuer(api.call, api.admin.token, { currencyCode, orderNumber: 1, orderQuote: 2 })
    const listed = (await as(client.token)('GET', '/issuers')).at('records') as { id: string }[]
    const ours = listed.filter(({ id }) => [first.text('id'), last.text('id')].includes(id))
    expect(ours).toEqual([first.body, last.body])
  })

  test('of a currency that is unknown or of another project are refused, naming the code', async () => {
    const theirs = await postCurrency(api.call, stranger.token)
    for (const currencyCode of [theirs.text('code'), 'NONE', 'eur', '§$%']) {
      const answer = await postIssuer(api.call, api.admin.token, { currencyCode })
      expect(refusalOf(answer)).toEqual({
        status: 400,
        code: 'validation_failed',
        parameters: ['currencyCode'],
      })
    }
  })

  test('share no prefix in one project, also when both are asked for at once; the loser opens nothing', async () => {
    const currency = await postCurrency(api.call, api.admin.token)
    const asked = { currencyCode: currency.text('code'), snPrefix: freshCode() }
    const answers = await Promise.all([1, 2].map(() => postIssuer(api.call, api.admin.token, asked)))
    expect(statusesOf(answers)).toEqual([201, 409])
    const refused = await postIssuer(api.call, api.admin.token, asked)
    expect(refusalOf(refused)).toEqual({ status: 409, code: 'issuer_exists', parameters: ['snPrefix'] })
    const accounts = await call('GET', '/organizations/system/coins')
    const system = (accounts.at('records') as { currency: { code: string } }[]).filter(
      (one) => one.currency.code === asked.currencyCode,
    )
    expect(system).toHaveLength(SYSTEM_ACCOUNT_TYPES.length)
  })

  test('of another project may have the same prefix', async () => {
    const ours = await addIssuer(api.call, api.admin.token)
    const theirs = await postCurrency(api.call, stranger.token)
    const answer = await postIssuer(api.call, stranger.token, {
      snPrefix: ours.snPrefix,
      currencyCode: theirs.text('code'),
    })
    expect(answer.status).toBe(201)
  })

  test('can be changed and switched off, within their project', async () => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    const path = `/issuers/${issuerId}`
    const changed = await call('PATCH', path, { name: 'Renamed', active: false, orderNumber: 7 })
    expect(changed.body).toMatchObject({ name: 'Renamed', active: false, orderNumber: 7, orderQuote: null })
    expect((await call('PATCH', path, { orderNumber: null })).at('orderNumber')).toBeNull()
    expect(refusalOf(await call('PATCH', path, { snPrefix: 'NEW' })).parameters).toEqual(['snPrefix'])
    expect(refusalOf(await call('PATCH', path, { orderNumber: 2 ** 40 })).parameters).toEqual(['orderNumber'])
    expect(refusalOf(await as(stranger.token)('PATCH', path, { name: 'x' }))).toMatchObject({ status: 404 })
    expect(await trailOf(issuerId)).toEqual(['issuer.change', 'issuer.change', 'issuer.create'])
  })
})

describe('banks', () => {
  test('one that was added is listed as it was typed, its codes in capitals', async () => {
    const bic = freshBic()
    const asked = {
      name: 'Bänk & Söhne 🏦',
      bic: bic.toLowerCase(),
      swift: `${bic}XXX`,
      address: '1 Long Street',
      city: 'Łódź',
      country: 'Poland',
      zipCode: '90-001',
      platform: 'simulated',
    }
    const added = await postBank(api.call, api.admin.token, asked)
    expect(added.status).toBe(201)
    const bankId = added.text('bankId')
    expect(added.body).toEqual({ ...asked, bic, bankId })
    const listed = await as(client.token)('GET', '/bank-catalog')
    expect(listed.at('status')).toBe('ok')
    expect(listed.at('records')).toContainEqual(added.body)
    expect(await trailOf(bankId)).toEqual(['bank.create'])
  })

  test('without a platform are paid out through by a person', async () => {
    const added = await postBank(api.call, api.admin.token)
    expect(added.at('platform')).toBeNull()
  })

  test('of a platform that is not here are refused, naming those that are', async () => {
    const answer = await postBank(api.call, api.admin.token, { platform: 'moonbank' })
    expect(refusalOf(answer).parameters).toEqual(['platform'])
    expect(answer.text('errors.0.message')).toContain('simulated')
  })

  test('share neither BIC nor SWIFT in a project, and the refusal names which', async () => {
    const added = await postBank(api.call, api.admin.token)
    const bic = added.text('bic')
    const swift = added.text('swift')
    expect(refusalOf(await postBank(api.call, api.admin.token, { bic }))).toEqual({
      status: 409,
      code: 'bank_exists',
      parameters: ['bic'],
    })
    expect(refusalOf(await postBank(api.call, api.admin.token, { swift })).parameters).toEqual(['swift'])
    expect((await postBank(api.call, stranger.token, { bic, swift })).status).toBe(201)
  })

  test('added twice at once are there once', async () => {
    const asked = { bic: freshBic(), swift: freshBic() }
    const answers = await Promise.all([1, 2, 3].map(() => postBank(api.call, api.admin.token, asked)))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
  })

  test.each([
    ['too short', 'DEUTDE'],
    ['neither 8 nor 11', 'DEUTDEFF5'],
    ['of no country', 'DEUTZZFF'],
    ['with digits for the bank', '1234DEFF'],
    ['with a look-alike letter', 'DEUTDEFſ'],
    ['not a text', 42],
    ['empty', ''],
  ])('with a BIC that is %s are refused', async (_what, bic) => {
    expect(refusalOf(await postBank(api.call, api.admin.token, { bic })).parameters).toEqual(['bic'])
    expect(refusalOf(await postBank(api.call, api.admin.token, { swift: bic })).parameters).toEqual(['swift'])
  })

  test.each([
    ['unknown fields', { colour: 'blue', bankId: 'bnk_mine' }, ['colour', 'bankId']],
    ['a name of spaces', { name: '   ' }, ['name']],
    ['a name with a line break', { name: 'a\nb' }, ['name']],
    ['a name that is too long', { name: 'x'.repeat(201) }, ['name']],
    ['no text for a city', { city: ['Bonn'] }, ['city']],
    ['null for a country', { country: null }, ['country']],
  ])('with %s are refused, and each is named', async (_what, more, parameters) => {
    expect(refusalOf(await postBank(api.call, api.admin.token, more))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters,
    })
  })

  test.each([
    ['half a document', '{"name": "x"'],
    ['a key that stands there twice', '{"name": "x", "name": "y"}'],
    ['a NUL character', '{"name": "a\\u0000b"}'],
    ['half a surrogate pair', '{"name": "\\ud800"}'],
  ])('as malformed JSON (%s) are refused', async (_what, body) => {
    expect(refusalOf(await call('POST', '/bank-catalog', body))).toMatchObject({
      status: 400,
      code: 'malformed_json',
    })
  })
})

describe('who may keep the catalogue', () => {
  test.each([
    ['POST', '/currencies', 'CURRENCY_MANAGER'],
    ['PATCH', '/currencies/cur_x', 'CURRENCY_MANAGER'],
    ['PATCH', '/currencies/cur_x/set-main', 'CURRENCY_MANAGER'],
    ['POST', '/issuers', 'ISSUER_MANAGER'],
    ['PATCH', '/issuers/iss_x', 'ISSUER_MANAGER'],
    ['POST', '/bank-catalog', 'BANK_CATALOG_MANAGER'],
    ['GET', '/organizations/system/coins', 'SYSTEM_COIN_VIEWER'],
  ] as const)(
    'a client may not %s %s, and learns which permission it takes',
    async (method, path, permission) => {
      const answer = await as(client.token)(method, path)
      expect(answer.status).toBe(403)
      expect(answer.text('detail')).toContain(permission)
      expect(rolesWith(permission)).toContain('administrator')
    },
  )

  test('a member of staff without the permission may look and not touch', async () => {
    const { token } = await createStaff(api.call, 'accountant')
    expect((await as(token)('GET', '/issuers')).status).toBe(200)
    expect((await postBank(api.call, token)).status).toBe(403)
  })

  test('nobody does without a token', async () => {
    const answers = await Promise.all(
      ['/currencies', '/issuers', '/bank-catalog'].map((path) => api.call('GET', path)),
    )
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  })
})

function as(token: string) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return as(api.admin.token)(method, path, body)
}

async function trailOf(subjectId: string): Promise<unknown[]> {
  const trail = await call('POST', '/audit-trails/view', { filter: { subjectIds: [subjectId] } })
  return (trail.at('records') as { action: string }[]).map(({ action }) => action)
}

/** Of the currencies that a filter finds. */
async function idsOf(filter: object): Promise<string[]> {
  const answer = await as(client.token)('POST', '/currencies/view', { filter, sort: { code: 'asc' } })
  return (answer.at('records') as { id: string }[]).map(({ id }) => id)
}

async function pageByName(pageNumber: number): Promise<{ name: string }[]> {
  const answer = await call('POST', '/currencies/view', { pageNumber, pageSize: 2, sort: { name: 'desc' } })
  return answer.at('records') as { name: string }[]
}
