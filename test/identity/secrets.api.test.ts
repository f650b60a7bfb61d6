import { pino } from 'pino'
import type { Answer, TestApi } from '#test/support/api.ts'
import {
  asAdministrator,
  createStaff,
  newLogin,
  PASSWORD,
  readCode,
  registerClient,
} from '#test/support/people.ts'
import { appCode, enrolApp } from '#test/support/two-step.ts'
import { useApi } from '#test/support/use-api.ts'

let logs = ''
let problems = ''
const api = useApi({ logger: pino({ level: 'trace' }, { write: (line: string) => (logs += line) }) })

it('stand in no log, no refusal and no row of the trail: passwords, codes, tokens, and the secrets of apps', async () => {
  const client = await registerClient(api.call)
  secrets.add(client.token)
  await liveThroughAll()
  await liveWithAnApp()
  await stumble()
  const { token } = await asAdministrator(api.call)
  secrets.add(token)
  const trail = await api.owner.raw<{ rows: { text: string }[] }>(
    `select set_config('sluice.project', id, false), (select string_agg(a::text, ' ') from audit_rows a where a.project_id = projects.id) as text from projects`,
  )
  // What has to be there, so that the search is known to see what it looks at.
  for (const seen of ['/registration/confirm', '/authorization', '"level":50']) expect(logs).toContain(seen)
  for (const seen of ['wrong_otp', 'unauthorized', 'validation_failed']) expect(problems).toContain(seen)
  const texts = { logs, problems, trail: trail.rows.map(({ text }) => text).join() }
  expect(texts.trail).toContain('token.create')
  for (const [where, text] of Object.entries(texts))
    expect([where, [...secrets].filter((secret) => standsIn(text, secret))]).toEqual([where, []])
})

const CHOSEN = 'Zebra-Orchard7#quartz'

const WRONG = 'Walrus-Ukulele8!moss'

/** What must stand nowhere: collected on the way. */
const secrets = new Set<string>([CHOSEN, WRONG, PASSWORD])

async function call(
  method: string,
  path: string,
  options: Parameters<TestApi['call']>[2] = {},
): Promise<Answer> {
  const answer = await api.call(method, path, options)
  if (answer.status >= 400) problems += JSON.stringify(answer.body)
  return answer
}

/** Every way in, right and wrong, with everything that nobody but the caller may know. */
async function liveThroughAll(): Promise<void> {
  const login = newLogin('canary')
  await call('POST', '/registration', { body: { login, role: 'individual' } })
  const otp = await readCode(api.call, login)
  await call('POST', '/registration/confirm', { body: { login, otp: '000001', password: CHOSEN } })
  await call('POST', '/registration/confirm', { body: { login, otp, password: 'short' } })
  await call('POST', '/registration/confirm', { body: { login, otp, password: CHOSEN, again: CHOSEN } })
  const confirmed = await call('POST', '/registration/confirm', { body: { login, otp, password: CHOSEN } })
  const token = confirmed.text('authorizationToken.token')
  await call('POST', '/authorization', { body: { login, password: WRONG } })
  await call('POST', '/authorization', { body: { login, password: { text: WRONG } } })
  await call('POST', '/authorization', { body: `{"login":"${login}","password":"${WRONG}` })
  await call('POST', `/authorization?password=${WRONG}`, { body: { login, password: CHOSEN } })
  await call('GET', '/users/me', { token: `${token}x` })
  await call('GET', '/users/me', { token, headers: { Authorization: `Basic ${token}` } })
  await call('PATCH', '/profiles/my/password', { token, body: { oldPassword: WRONG, newPassword: CHOSEN } })
  await call('PATCH', '/profiles/my/security-settings', { token, body: { twoStep: 'otp' } })
  await call('POST', '/authorization', { body: { login, password: CHOSEN } })
  const second = await readCode(api.call, login)
  await call('POST', '/authorization/confirm', { body: { login, otp: [second] } })
  const signedIn = await call('POST', '/authorization/confirm', { body: { login, otp: second } })
  await call('POST', '/password/recovery', { body: { login } })
  const third = await readCode(api.call, login)
  await call('POST', '/password/recovery/confirm', { body: { login, otp: third, newUserPassword: login } })
  await call('POST', '/password/recovery/confirm', { body: { login, otp: third, newUserPassword: CHOSEN } })
  for (const secret of [otp, second, third, token, signedIn.text('authorizationToken.token')])
    secrets.add(secret)
}

async function liveWithAnApp(): Promise<void> {
  const person = await createStaff(api.call, 'accountant')
  const app = await enrolApp(api.call, person, Date.now())
  await call('POST', '/authorization', { body: { login: person.login, password: person.password } })
  const [recovery = ''] = app.recoveryCodes
  await call('POST', '/authorization/confirm', { body: { login: person.login, otp: recovery.toLowerCase() } })
  await call('POST', '/profiles/my/totp', { token: person.token, body: { password: WRONG } })
  for (const secret of [person.token, app.secret, ...app.recoveryCodes, appCode(app.secret, Date.now())])
    secrets.add(secret)
}

/** The database quotes the row that it stumbled over: the message with the code, the member with the login. */
async function stumble(): Promise<void> {
  await api.owner.raw(`
    create function quote_it() returns trigger language plpgsql as $$ begin raise exception 'no: %', new; end $$;
    create trigger quote_it before insert on messages for each row execute function quote_it();
    create trigger quote_it before insert on tokens for each row execute function quote_it()`)
  const answers = [
    await call('POST', '/registration', { body: { login: newLogin('quoted'), role: 'individual' } }),
    await call('POST', '/authorization', {
      body: { login: 'admin@sluice.test', password: 'Tall-Ship7#mast' },
    }),
  ]
  await api.owner.raw('drop function quote_it cascade')
  expect(answers.map(({ status }) => status)).toEqual([500, 500])
  expect(answers.map(({ body }) => JSON.stringify(body)).join()).not.toMatch(/quoted-|no: /)
  expect(logs).not.toMatch(/quoted-|no: \(/)
}

/** A code of six digits may be part of a time. */
function standsIn(text: string, secret: string): boolean {
  return /^\d+$/.test(secret) ? new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(text) : text.includes(secret)
}
