import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { inProject } from '#db/connection.ts'
import { createSecretBox } from '#db/secrets/secret-box.ts'
import { createCarriers } from '#integrations/messages/registry.ts'
import { opened } from '#test/support/opened.ts'
import { asAdministrator, newLogin, PASSWORD } from '#test/support/people.ts'
import { startMailServer } from '#test/support/smtp.ts'
import { useApi } from '#test/support/use-api.ts'
import { sendMessages } from '#workers/send-messages.ts'

const secretBox = createSecretBox(randomBytes(32).toString('base64'))
const server = opened(startMailServer, (started) => started.stop())
const api = useApi({ sandbox: false, channels: ['email'], secretBox })

describe('outside the sandbox', () => {
  test('one registers, recovers the password and takes the second step with what really arrives', async () => {
    const login = newLogin()
    const registered = await api.call('POST', '/registration', { body: { login, role: 'individual' } })
    expect(registered.at('action')).toBe('EMAIL_SENT')
    const waiting = await everythingKept()
    const otp = await codeTo(login, 'Confirm your registration')
    for (const kept of [waiting, await everythingKept()]) expect(kept).not.toContain(otp)
    const confirmed = await api.call('POST', '/registration/confirm', {
      body: { login, otp, password: PASSWORD },
    })
    const token = confirmed.text('authorizationToken.token')
    await api.call('PATCH', '/profiles/my/security-settings', { token, body: { twoStep: 'otp' } })

    await api.call('POST', '/password/recovery', { body: { login } })
    const recovery = { login, otp: await codeTo(login, 'Recover your password'), newUserPassword: NEW }
    expect((await api.call('POST', '/password/recovery/confirm', { body: recovery })).status).toBe(200)

    const begun = await api.call('POST', '/authorization', { body: { login, password: NEW } })
    expect(begun.at('action')).toBe('OTP_SENT')
    const step = { login, otp: await codeTo(login, 'Your sign-in code') }
    expect((await api.call('POST', '/authorization/confirm', { body: step })).status).toBe(200)
    const subjects = server.mails.filter(({ to }) => to === login).map(({ subject }) => subject)
    expect(subjects.toSorted()).toEqual([
      'Confirm your registration',
      'How you sign in was changed',
      'How you sign in was changed',
      'Recover your password',
      'Your sign-in code',
    ])
  })

  test('a login that cannot be reached is refused by name, and nothing is begun', async () => {
    const login = '+12025550123'
    const { token } = await asAdministrator(api.call)
    const answers = [
      await api.call('POST', '/registration', { body: { login, role: 'individual' } }),
      await api.call('POST', '/registration/resend-otp', { body: { login } }),
      await api.call('POST', '/authorization/resend-otp', { body: { login } }),
      await api.call('POST', '/password/recovery', { body: { login } }),
      await api.call('POST', '/users', { token, body: { login, role: 'individual' } }),
    ]
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'delivery_not_configured', errors: [{ parameter: 'login' }] },
      })
    expect(await api.db('one_time_codes').where({ login })).toEqual([])
    expect(await api.db('people').where({ login })).toEqual([])
  })

  test('the outbox is nobody’s to read', async () => {
    const { token } = await asAdministrator(api.call)
    expect((await api.call('GET', '/sandbox/outbox', { token })).status).toBe(404)
  })
})

const NEW = 'Other-River6!stone'

/** What the worker does now and then. */
function sendAll(): Promise<void> {
  return sendMessages({
    db: api.db,
    carriers: createCarriers({ email: { url: server.url, from: 'no-reply@sluice.example' } }),
    secretBox,
    logger: pino({ level: 'silent' }),
    now: () => new Date(),
  })
}

async function codeTo(login: string, subject: string): Promise<string> {
  await sendAll()
  const mail = server.mails.find((one) => one.to === login && one.subject === subject)
  const [, code] = /Your code is (\d{6})\./.exec(mail?.text ?? '') ?? []
  if (code === undefined) throw new Error('no code has arrived')
  return code
}

async function everythingKept(): Promise<string> {
  const [{ id }] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
  const rows = await inProject(api.db, id, (trx) => trx('messages'))
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'data' in value
      ? Buffer.from(value.data as number[]).toString('latin1')
      : value,
  )
}
