import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type {
  HoldingPlatform,
  Order,
  OutgoingAnswer,
  OutgoingRequest,
} from '#domain/platforms/holding-platform.ts'
import { keyOf } from '#integrations/platforms/utip/client.ts'
import { utipLabel } from '#integrations/platforms/utip/label.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { plainOutgoing } from '#test/support/plain-outgoing.ts'
import { ACCOUNT_KEY, TRADING_KEY, startUtipServer } from './utip-server.ts'

const after = cleanup()

describe('a request to UTIP', () => {
  it('is keyed by the MD5 of the API key and a random number', () => {
    expect(keyOf('secret', '1234567')).toBe('1074ec9d831e47aa83e47394ca29f2de')
  })

  it('is a form, with another random number of seven or eight digits each time', async () => {
    const { server, platform } = await running()
    server.move('500123', '1000')
    await platform.place(DEPOSIT)
    await platform.place({ ...DEPOSIT, type: 'withdrawal', amount: '0.000000000000000001' })
    const forms = server.heard.map(({ form }) => form)

    expect(server.heard.map(({ method }) => method)).toEqual([
      'service/InsertDeposit',
      'service/InsertDeposit',
    ])
    expect(forms[0]).toMatchObject({ account_id: '500123', work_type: '1', value: '12.50', comment: 'op_1' })
    expect(forms[1]).toMatchObject({ value: '-0.000000000000000001' })
    const random = forms.map((form) => Number(form['rand_param']))
    expect(random[0]).not.toBe(random[1])
    for (const one of random) {
      expect(one).toBeGreaterThanOrEqual(1_000_000)
      expect(one).toBeLessThanOrEqual(99_999_999)
    }
  })

  it('goes to the server that the method belongs to, below the path of its URL', async () => {
    const { platform, asked } = hearing('{"result":"success","values":[]}')

    expect(await platform.test()).toEqual({ kind: 'ok' })
    expect(asked.map(({ url }) => url)).toEqual([
      'https://trading.example/api/v_2/trading/TradingTypesAccountsList',
      'https://area.example/base/api/v_2/settings/GetCountries',
    ])
    const [trading, account] = asked.map(({ body }) => new URLSearchParams(body))
    expect(trading?.get('key')).toBe(md5(TRADING_KEY + (trading?.get('rand_param') ?? '')))
    expect(account?.get('key')).toBe(md5(ACCOUNT_KEY + (account?.get('rand_param') ?? '')))
  })
})

describe('what UTIP answers to a deposit', () => {
  it.each([
    ['success', '{"result":"success","values":""}', 'confirmed'],
    [
      'fault found with the value',
      '{"result":"failed","error_number":"7","errors":{"value":"<b>x</b>"}}',
      'refused',
    ],
    ['no right', '{"result":"failed","error_number":601,"errors":[]}', 'not_sent'],
    ['an error without a number', '{"result":"failed"}', 'unknown'],
    ['an error of another number', '{"result":"failed","error_number":500,"errors":{}}', 'unknown'],
    [
      'fault found with what was not sent',
      '{"result":"failed","error_number":7,"errors":{"db":"gone"}}',
      'unknown',
    ],
    ['another result', '{"result":"maybe"}', 'unknown'],
    ['half of it', '{"result":"failed","errors":{"value":', 'unknown'],
    ['a key twice', '{"result":"success","result":"failed","errors":{"value":1}}', 'unknown'],
    ['a page', '<html>', 'unknown'],
    ['too deep', '['.repeat(200_000), 'unknown'],
    ['too much', `"${'x'.repeat(5_000_000)}"`, 'unknown'],
  ])('%s', async (_what, text, kind) => {
    const outcome = await hearing(text).platform.place(DEPOSIT)

    expect(outcome.kind).toBe(kind)
    expect(JSON.stringify(outcome)).not.toMatch(/<b>|gone|html/)
  })

  it('is not believed with another status than 200', async () => {
    const { platform } = hearing({ kind: 'answered', status: 502, headers: {}, text: '{"result":"success"}' })

    expect(await platform.place(DEPOSIT)).toEqual({ kind: 'unknown', reason: 'unexpected answer: 502' })
  })
})

describe('the book of UTIP', () => {
  it('is read exactly, whether amounts are numbers, text or have an exponent', async () => {
    const answer = await listedOf(
      hearing(
        list(
          entry('2024-03-01 12:00:00', '12345678901234567.890000000000000001'),
          entry('2024-03-01 12:00:01', '"-0.10"'),
          entry('2024-03-01 12:00:02', '1.0E-7', { status: '2' }),
          entry('2024-03-01 12:00:03', '5e2', { status: '3' }),
        ),
      ),
    )

    expect(answer).toMatchObject({
      entries: [
        { amount: '12345678901234567.890000000000000001', what: 'deposit', at: '2024-03-01T12:00:00.000Z' },
        { amount: '-0.1', what: 'withdrawal' },
        { amount: '0.0000001', what: 'transfer' },
        { amount: '500', what: 'bonus' },
      ],
    })
  })

  it('gives equal entries ids of their own, which neither a later entry nor another since changes', async () => {
    const twice = [entry('2024-03-01 12:00:01', '5'), entry('2024-03-01 12:00:01', '5.00')]
    const early = entry('2024-03-01 12:00:00', '5')
    const first = await listedOf(hearing(list(early, ...twice)))
    const later = await listedOf(
      hearing(list(early, ...twice, entry('2024-03-01 12:00:01', '5'))),
      new Date('2024-03-01T12:00:01Z'),
    )

    const ids = (answer: typeof first) =>
      answer.kind === 'listed' ? answer.entries.map((one) => one.entryId) : []
    expect(new Set(ids(first)).size).toBe(3)
    expect(ids(later).slice(0, 2)).toEqual(ids(first).slice(1))
    expect(new Set(ids(later)).size).toBe(3)
  })

  it('is read by the clock of the server, whose offset makes other times and the same ids', async () => {
    const text = list(entry('2024-03-01 01:30:00', '5'))
    const [utc, ahead] = [
      await listedOf(hearing(text)),
      await listedOf(hearing(text, { tradingUtcOffset: '+03:00' })),
    ]

    expect(ahead).toMatchObject({ entries: [{ at: '2024-02-29T22:30:00.000Z' }] })
    expect(utc).toMatchObject({ entries: [{ at: '2024-03-01T01:30:00.000Z' }] })
    const id = utc.kind === 'listed' && utc.entries[0]?.entryId
    expect(ahead).toMatchObject({ entries: [{ entryId: id }] })
    expect(() => hearing(text, { tradingUtcOffset: 'Berlin' })).toThrow('tradingUtcOffset')
  })

  it.each([
    ['of another account', entry('2024-03-01 12:00:00', '5', { account: '1' })],
    ['without a time', entry('yesterday', '5')],
    ['on a day that never was', entry('2024-02-30 12:00:00', '5')],
    ['without an amount', entry('2024-03-01 12:00:00', 'null')],
  ])('is unknown as a whole where one entry is %s', async (_what, wrong) => {
    expect((await listedOf(hearing(list(entry('2024-03-01 12:00:00', '5'), wrong)))).kind).toBe('unknown')
  })

  it('tells no balance of another account', async () => {
    const { platform } = hearing('{"result":"success","values":{"server_account":"1","balance":5}}')

    expect((await platform.balance(DEPOSIT)).kind).toBe('unknown')
  })
})

const DEPOSIT: Order = {
  reference: 'op_1',
  type: 'deposit',
  account: '500123',
  currency: 'USDT',
  amount: '12.50',
}

const URLS = { accountUrl: 'https://area.example/base', tradingUrl: 'https://trading.example/' }
const CREDENTIALS = { tradingSecretKey: TRADING_KEY, accountSecretKey: ACCOUNT_KEY }

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const list = (...entries: string[]) => `{"result":"success","values":[${entries.join(',')}]}`

function entry(date: string, equity: string, rest: { account?: string; status?: string } = {}) {
  return `{"OPERATION_DATE":"${date}","SERVER_ACCOUNT":${rest.account ?? '500123'},"EQUITY":${equity},"STATUS":${rest.status ?? '1'}}`
}

async function running() {
  const server = await startUtipServer()
  after(() => server.stop())
  const urls = { accountUrl: server.url, tradingUrl: server.url }
  return { server, platform: utipLabel.open({ urls, credentials: CREDENTIALS }, plainOutgoing()) }
}

/** A platform that hears this, whatever it asks. */
function hearing(
  answer: string | OutgoingAnswer,
  extra: Record<string, string> = {},
): { platform: HoldingPlatform; asked: OutgoingRequest[] } {
  const asked: OutgoingRequest[] = []
  const platform = utipLabel.open(
    { urls: URLS, credentials: { ...CREDENTIALS, ...extra } },
    async (request) => {
      asked.push(request)
      return typeof answer === 'string'
        ? { kind: 'answered', status: 200, headers: {}, text: answer }
        : answer
    },
  )
  return { platform, asked }
}

const listedOf = async ({ platform }: { platform: HoldingPlatform }, since = new Date(0)) =>
  platform.entries({ ...DEPOSIT, since, page: null })
