import { IBAN, type Answer } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { countRows } from '#test/support/row-counts.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, directTopUp, requestedTopUp, transfer, withdrawal, type Wish } from '#test/support/wishes.ts'
import { BAD_AMOUNTS, GOOD_AMOUNTS } from './written-amounts.ts'

const engine = useEngine()
const client = opened(() => engine.addClient(100_000n))
const payee = opened(() => engine.addClient())
let before: Record<string, number>
beforeEach(async () => {
  before = await countRows(engine.book)
})

describe('what a money POST is given', () => {
  it.each(BAD_AMOUNTS.map((literal) => [literal.slice(0, 40), literal] as const))(
    'is refused by its name where the amount is %s',
    async (_, literal) => {
      for (const way of ways())
        await expectRefused(await post(way, withLiteral(way, 'amount', literal)), 400, 'amount')
    },
  )

  it.each(GOOD_AMOUNTS)('is booked exactly where the amount is %s', async (literal, booked) => {
    const rich = await engine.addClient()
    const way = directTopUp(engine, rich, '1.00')
    const answer = await post(way, withLiteral(way, 'amount', literal))
    expect(answer).toMatchObject({ status: 201, body: { process: { amount: booked } } })
    expect((await engine.book.balances()).get(rich.coin)?.posted).toBe(BigInt(booked.replace('.', '')))
  })

  it('may be left out nowhere: each missing field is named', async () => {
    for (const way of ways())
      for (const field of Object.keys(way.body).filter((name) => name !== 'iban')) {
        const { [field]: _, ...rest } = way.body
        // Without a bank the name is optional.
        if (field === 'fullName' && !('bankId' in way.body)) continue
        const parameter = field === 'paymentTool' ? 'paymentTool' : field
        await expectRefused(await ask(engine, { ...way, body: rest }), 400, parameter)
      }
  })

  it('is refused where it has fields that nobody knows, each by its name', async () => {
    for (const way of ways()) {
      const body = { ...way.body, commission: '0', __proto__x: 1 }
      const answer = await ask(engine, { ...way, body })
      await expectRefused(answer, 400, 'commission')
      expect(answer.body.errors.map(({ parameter }) => parameter)).toEqual(['commission', '__proto__x'])
    }
    const move = transfer(client, payee, '1.00')
    const paymentTool = { ...(move.body['paymentTool'] as object), pin: 1 }
    await expectRefused(
      await ask(engine, { ...move, body: { ...move.body, paymentTool } }),
      400,
      'paymentTool.pin',
    )
    for (const key of ['__proto__', 'constructor', 'toString'])
      await expectRefused(await post(move, `{"${key}":{},${JSON.stringify(move.body).slice(1)}`), 400, key)
  })

  it.each([
    ['a number', 5],
    ['a boolean', true],
    ['null', null],
    ['a list', []],
    ['an object', {}],
    ['empty', ''],
    ['blank', '   '],
    ['rung', 'x\u0007y'],
    ['of two lines', 'two\nlines'],
    ['a novel', 'x'.repeat(5_000)],
  ])('is refused by its name where a text is %s', async (_, junk) => {
    const way = withdrawal(engine, client, '1.00')
    for (const field of ['coinSerial', 'fullName', 'bankId', 'iban', 'description', 'bankAccountNumber'])
      await expectRefused(await ask(engine, { ...way, body: { ...way.body, [field]: junk } }), 400, field)
  })

  it.each(['DE89370400440532013001', 'DE8937040044053201300', 'ZZ89370400440532013000', 'not an iban'])(
    'is refused where the IBAN is %s',
    async (iban) => {
      const way = withdrawal(engine, client, '1.00')
      await expectRefused(await ask(engine, { ...way, body: { ...way.body, iban } }), 400, 'iban')
    },
  )

  it('is refused where it names a coin or a bank that is not there, or not one’s own', async () => {
    const foreign = [
      payee.serial,
      'NONE-1',
      client.serial.toLowerCase(),
      `${client.serial}' or '1'='1`,
      '%',
      '*',
    ]
    for (const way of ways())
      for (const serial of foreign) {
        const isStaff = way.by === engine.accountant
        if (isStaff && serial === payee.serial) continue
        if ('coin' in way.body)
          await expectRefused(await ask(engine, { ...way, body: { ...way.body, coin: serial } }), 400, 'coin')
        if ('coinSerial' in way.body)
          await expectRefused(
            await ask(engine, { ...way, body: { ...way.body, coinSerial: serial } }),
            400,
            'coinSerial',
          )
      }
    for (const srcValue of foreign) {
      const move = transfer({ ...client, serial: srcValue }, payee, '1.00')
      await expectRefused(await ask(engine, move), 400, 'paymentTool.srcValue')
    }
    for (const destValue of [client.serial, 'NONE-1', '%']) {
      const move = transfer(client, { ...payee, serial: destValue }, '1.00')
      await expectRefused(await ask(engine, move), 400, 'paymentTool.destValue')
    }
    for (const make of [requestedTopUp, directTopUp, withdrawal]) {
      const way = make(engine, client, '1.00')
      for (const bankId of ['bnk_none', engine.accountant.id, "' or 1=1 --"])
        await expectRefused(await ask(engine, { ...way, body: { ...way.body, bankId } }), 400, 'bankId')
    }
  })

  it.each([
    ['no JSON', 'hello'],
    ['half a JSON', '{"amount":'],
    ['JSON with more behind it', '{} {}'],
    ['JSON with a comment', '{/* */}'],
    ['a trailing comma', '{"amount":"1",}'],
    ['a key twice', '{"amount":"1","amount":"2"}'],
    ['a NUL', '{"fullName":"a\\u0000b"}'],
    ['a NUL in a key', '{"a\\u0000b":1}'],
    ['half a surrogate pair', '{"fullName":"\\ud83d"}'],
    ['the wrong half first', '{"fullName":"\\ude00\\ud83d"}'],
    ['arrays deeper than any need', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['objects deeper than any need', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['a list', '[{"amount":"1"}]'],
    ['a text', '"amount"'],
    ['a number', '5'],
    ['null', 'null'],
    ['200 kB', JSON.stringify({ fullName: 'x'.repeat(200_000) })],
  ] as const)('is refused where the body is %s', async (name, raw) => {
    const status = name === '200 kB' ? 413 : 400
    for (const way of ways()) await expectRefused(await post(way, raw), status, 'body')
  })

  it('is refused where it is not sent as JSON', async () => {
    for (const way of ways()) {
      const raw = JSON.stringify(way.body)
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'nonsense',
      ])
        await expectRefused(await post(way, raw, { 'content-type': type }), 415, 'Content-Type')
      for (const charset of ['utf-16', 'latin1', 'nonsense'])
        await expectRefused(
          await post(way, raw, { 'content-type': `application/json; charset=${charset}` }),
          415,
          'Content-Type',
        )
      await expectRefused(await post(way, raw, { 'content-encoding': 'br' }), 400, 'body')
      await expectRefused(await post(way, raw, { 'content-encoding': 'nonsense' }), 415, 'Content-Encoding')
    }
  })

  it('is refused where it holds bytes that are no UTF-8', async () => {
    const way = withdrawal(engine, client, '1.00')
    const raw = Buffer.from(JSON.stringify({ ...way.body, fullName: 'Ann @' }))
    raw[raw.indexOf('@')] = 0xff
    await expectRefused(await post(way, new Uint8Array(raw)), 400, 'body')
  })
})

/** The body with one of its fields written literally so. */
function withLiteral({ body }: Wish, field: string, literal: string): string {
  return JSON.stringify({ ...body, [field]: '@here' }).replace('"@here"', () => literal)
}

/** Every way to ask for money to move, or what it would take. */
function ways(): readonly Wish[] {
  const asked = [requestedTopUp, directTopUp, withdrawal].map((make) => make(engine, client, '1.00'))
  const [topUp, direct, out] = asked
  if (!topUp || !direct || !out) throw new Error('no wishes')
  const { bankId: _, ...withoutBank } = topUp.body
  const move = transfer(client, payee, '1.00')
  const calculated = { coinSerial: client.serial, amount: '1.00' }
  return [
    ...asked,
    move,
    { by: client, path: '/bank-top-ups/create-request', body: withoutBank },
    { by: engine.accountant, path: '/bank-top-ups', body: withoutBank },
    {
      by: client,
      path: '/bank-withdrawals',
      body: {
        coin: client.serial,
        amount: '1.00',
        bankDetails: { name: 'Any bank', fullName: 'Ann', iban: IBAN },
      },
    },
    {
      by: client,
      path: '/bank-withdrawals/create-request',
      body: { coinSerial: client.serial, amount: '1.00', bankAccountId: 'bac_none' },
    },
    { ...move, path: '/transfers/calculate' },
    { by: client, path: '/bank-top-ups/calculate', body: calculated },
    { by: client, path: '/bank-withdrawals/calculate', body: calculated },
  ]
}

function post({ by, path }: Wish, raw: string | Uint8Array<ArrayBuffer>, headers = {}) {
  return engine.request(by, path, { raw, headers })
}

async function expectRefused(answer: Answer, status: number, parameter: string): Promise<void> {
  const { code, errors } = answer.body
  const named = errors?.map((error) => error.parameter)
  expect({ status: answer.status, code, named }).toEqual({
    status,
    code: expect.any(String),
    named: expect.arrayContaining([parameter]),
  })
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(await countRows(engine.book)).toEqual(before)
}
