import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { pino } from 'pino'
import { inProject } from '#db/connection.ts'
import { createKeyRing } from '#db/secrets/envelope.ts'
import { findConfiguredPlatform } from '#db/platforms/platforms.ts'
import { rotateSecrets } from '#db/upkeep/rotate-secrets.ts'
import { createSyncs } from '#temporal/syncs.ts'
import { startTestApi } from '#test/support/api.ts'
import { refusalOf } from '#test/support/catalogue.ts'
import { httpServer } from '#test/support/http-server.ts'
import { madeUpPlatform } from '#test/support/made-up-platform.ts'
import { opened } from '#test/support/opened.ts'
import { useApi } from '#test/support/use-api.ts'

const oldKey = key()
let status = 200
let logs = ''
let answers = ''
const bank = opened(
  () => httpServer((_, answer) => void answer.writeHead(status).end()),
  ({ stop }) => stop(),
)
const api = useApi(() => ({
  keyRing: createKeyRing({ current: oldKey }),
  platformAllow: new Set([new URL(bank.url).host]),
  logger: pino({ level: 'trace' }, { write: (line: string) => (logs += line) }),
}))
afterEach(removePlatforms)

const SECRET = 'Narwhal-Quince5#velvet'

test('there is nothing to display until one is configured', async () => {
  expect((await call('GET', '/platforms')).body).toEqual({
    status: 'ok',
    records: [],
    message: 'No data to display',
  })
})

test('a platform is configured, shown without its credentials, and one of a label', async () => {
  const created = await call('POST', '/platforms', madeUpPlatform())
  expect(created.status).toBe(201)
  expect(created.at('credentials.tradingSecretKey.set')).toBe(true)
  const again = await call('POST', '/platforms', madeUpPlatform())
  expect(refusalOf(again)).toEqual({ status: 409, code: 'platform_exists', parameters: ['label'] })
})

test.each([
  ['label', { label: 'nobody' }],
  ['urls.tradingUrl', { urls: {} }],
  ['urls.other', { urls: { tradingUrl: 'https://a.example', other: 'https://a.example' } }],
  ['urls.tradingUrl', { urls: { tradingUrl: 'http://a.example' } }],
  ['urls.tradingUrl', { urls: { tradingUrl: 'https://u:p@a.example' } }],
  ['urls.tradingUrl', { urls: { tradingUrl: 'https://a.example/#x' } }],
  ['urls.tradingUrl', { urls: { tradingUrl: 'https://169.254.169.254/' } }],
  ['urls.tradingUrl', { urls: { tradingUrl: 'https://2130706433/' } }],
  ['urls.tradingUrl', { urls: { tradingUrl: `https://a.example/${'x'.repeat(2_000)}` } }],
  ['credentials.tradingSecretKey', { credentials: {} }],
  ['credentials.other', { credentials: { tradingSecretKey: SECRET, other: SECRET } }],
])('%s is refused by name', async (parameter, more) => {
  const answer = await call('POST', '/platforms', madeUpPlatform(more))
  expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
})

test('none can be configured where there is no secret key to seal its credentials with', async () => {
  const keyless = await startTestApi({ databaseUrl: api.database.url, keyRing: undefined })
  try {
    const answer = await keyless.call('POST', '/platforms', {
      token: api.admin.token,
      body: madeUpPlatform(),
    })
    expect(refusalOf(answer)).toMatchObject({ status: 409, code: 'secret_key_not_configured' })
    expect((await call('GET', '/platforms')).at('records')).toEqual([])
  } finally {
    await keyless.stop()
  }
})

test('a sync is refused, to be tried again, where Temporal is away', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1' })
  const syncs = createSyncs(new Client({ connection }))
  const cutOff = await startTestApi({ databaseUrl: api.database.url, syncs })
  try {
    const id = (await call('POST', '/platforms', madeUpPlatform())).text('id')
    const answer = await cutOff.call('POST', `/platforms/${id}/sync`, { token: api.admin.token })
    expect(refusalOf(answer)).toMatchObject({ status: 503, code: 'unavailable' })
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(await syncs.syncAsset({ platform: id, asset: 'coin_any' }, 1_000)).toBe('unavailable')
  } finally {
    await cutOff.stop()
    await connection.close()
  }
})

test('it is changed field by field, and its label never', async () => {
  const id = (await call('POST', '/platforms', madeUpPlatform())).text('id')
  const added = await call('PATCH', `/platforms/${id}`, { credentials: { accountSecretKey: 'other' } })
  expect(Object.keys(added.at('credentials') as object).toSorted()).toEqual([
    'accountSecretKey',
    'tradingSecretKey',
  ])
  const taken = await call('PATCH', `/platforms/${id}`, { credentials: { accountSecretKey: null } })
  expect(Object.keys(taken.at('credentials') as object)).toEqual(['tradingSecretKey'])
  const demanded = await call('PATCH', `/platforms/${id}`, { credentials: { tradingSecretKey: null } })
  expect(refusalOf(demanded).parameters).toEqual(['credentials.tradingSecretKey'])
  const label = await call('PATCH', `/platforms/${id}`, { label: 'utip' })
  expect(refusalOf(label).parameters).toEqual(['label'])
})

test('a connection is tried with what is stored', async () => {
  const urls = { tradingUrl: bank.url }
  const id = (await call('POST', '/platforms', madeUpPlatform({ urls }))).text('id')
  expect((await call('POST', `/platforms/${id}/test-connection`)).at('result')).toBe('ok')
  status = 401
  expect((await call('POST', `/platforms/${id}/test-connection`)).at('result')).toBe('refused')
})

test('a call is for a platform that is there, and waits for one whose secrets cannot be read', async () => {
  const id = (await call('POST', '/platforms', madeUpPlatform())).text('id')
  const hear = async () => refusalOf(await api.call('POST', `/platform-calls/${id}`, { body: {} }))
  await inProject(api.db, api.projectId, (trx) =>
    trx('platforms')
      .where({ id })
      .update({ data_key: randomBytes(60) }),
  )
  expect(await hear()).toMatchObject({ status: 503, code: 'unavailable' })
  await call('DELETE', `/platforms/${id}`)
  expect(await hear()).toEqual({ status: 404, code: 'not_found', parameters: ['platform'] })
})

test('the secret key is changed while others read, and may be again', async () => {
  const id = (await call('POST', '/platforms', madeUpPlatform())).text('id')
  const fresh = key()
  const both = createKeyRing({ current: fresh, previous: oldKey })
  const read = async (keyRing = both) =>
    (await findConfiguredPlatform({ db: api.db, keyRing })(api.projectId, id))?.settings().credentials
  const [, ...seen] = await Promise.all([rotateSecrets(api.db, both), read(), read(), read()])
  for (const credentials of seen) expect(credentials).toEqual({ tradingSecretKey: SECRET })
  expect(await read(createKeyRing({ current: fresh }))).toEqual({ tradingSecretKey: SECRET })
  expect(await rotateSecrets(api.db, both)).toMatchObject({ platforms: 0 })
})

test('credentials stand in no answer, no log, no row of the trail and nowhere in the table', async () => {
  await call('POST', '/platforms', madeUpPlatform())
  const rows = await inProject(api.db, api.projectId, async (trx) => [
    await trx('platforms').select(),
    await trx('audit_rows').select(),
  ])
  const texts = [answers, logs, JSON.stringify(rows)]
  expect(texts[2]).toContain('platform.create')
  for (const text of texts) expect(text).not.toContain(SECRET)
})

function key() {
  return randomBytes(32).toString('base64')
}

async function call(method: string, path: string, body?: unknown) {
  const answer = await api.call(method, path, { token: api.admin.token, body })
  answers += JSON.stringify(answer.body ?? '')
  return answer
}

async function removePlatforms(): Promise<void> {
  const { body } = await call('GET', '/platforms')
  for (const { id } of (body as { records: { id: string }[] }).records) {
    await call('DELETE', `/platforms/${id}`)
  }
}
