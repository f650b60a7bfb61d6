import { inProject } from '#db/connection.ts'
import { startTestApi, type Answer } from '#test/support/api.ts'
import { asAdministrator, createStaff, registerClient } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { appCode, enrolApp } from '#test/support/two-step.ts'
import { useApi } from '#test/support/use-api.ts'

let atMs = Date.now()
const api = useApi({ now: () => new Date(atMs) })
beforeEach(() => {
  atMs = Date.now()
})

describe('an authenticator app', () => {
  test('is asked for at each sign-in once its first code was given, whatever the project demands', async () => {
    const person = await createStaff(api.call, 'accountant')
    const enrolled = await api.call('POST', '/profiles/my/totp', {
      token: person.token,
      body: { password: person.password },
    })
    expect(enrolled.status).toBe(201)
    const secret = enrolled.text('secret')
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(enrolled.text('uri')).toBe(
      `otpauth://totp/Sluice:${encodeURIComponent(person.login)}?issuer=Sluice&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    )
    expect((await authorize(person.login, person.password)).at('action')).toBe('TOKEN_CREATED')
    const body = { otp: appCode(secret, atMs) }
    const confirmed = await api.call('POST', '/profiles/my/totp/confirm', { token: person.token, body })
    expect(new Set(confirmed.at('recoveryCodes') as string[]).size).toBe(10)
    expect((await authorize(person.login, person.password)).body).toEqual({
      status: 'ok',
      action: 'TOTP_REQUIRED',
    })
    const signedIn = await confirm(person.login, appCode(secret, atMs, 1))
    expect(signedIn.at('members.0.user.id')).toBe(person.id)
    const proofs = (await auditOf(person.id)).filter(({ action }) => action === 'token.create')
    expect(proofs.at(-1)).toMatchObject({ after: { proof: 'totp' } })
  })

  test('keeps its secret sealed and its recovery codes hashed', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { secret, recoveryCodes } = await enrolApp(api.call, person, atMs)
    const row = await api.db('totp_secrets').where({ person_id: person.id }).first<{ sealed: Buffer }>()
    const codes = await api.db('totp_recovery_codes').where({ person_id: person.id })
    expect(row.sealed.includes(secret)).toBe(false)
    expect(codes).toHaveLength(10)
    const kept = codes.map(({ code_hash }: { code_hash: Buffer }) => code_hash.toString('latin1')).join()
    for (const code of recoveryCodes) expect(kept).not.toContain(code)
    const audit = JSON.stringify(await auditOf(person.id))
    for (const hidden of [secret, recoveryCodes[0], person.login]) expect(audit).not.toContain(hidden)
  })

  test('has each code taken once, and none that is older', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { secret } = await enrolApp(api.call, person, atMs)
    await authorize(person.login, person.password)
    expect(await confirm(person.login, appCode(secret, atMs))).toMatchObject(WRONG_OTP)
    expect((await confirm(person.login, appCode(secret, atMs, 1))).status).toBe(200)
    atMs += 30_000
    await authorize(person.login, person.password)
    expect(await confirm(person.login, appCode(secret, atMs))).toMatchObject(WRONG_OTP)
    expect((await confirm(person.login, appCode(secret, atMs, 1))).status).toBe(200)
  })

  test('may be a step early or late, and no more', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { secret } = await enrolApp(api.call, person, atMs)
    atMs += 10 * MINUTE_MS
    await authorize(person.login, person.password)
    expect(await confirm(person.login, appCode(secret, atMs, -2))).toMatchObject(WRONG_OTP)
    expect(await confirm(person.login, appCode(secret, atMs, 2))).toMatchObject(WRONG_OTP)
    expect((await confirm(person.login, appCode(secret, atMs, -1))).status).toBe(200)
  })

  test('is taken once though the same code comes several times at once', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { secret } = await enrolApp(api.call, person, atMs)
    await authorize(person.login, person.password)
    const otp = appCode(secret, atMs, 1)
    const answers = await Promise.all([1, 2, 3].map(() => confirm(person.login, otp)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('can be replaced by each recovery code once, in any spelling', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { recoveryCodes } = await enrolApp(api.call, person, atMs)
    const [first = '', second = ''] = recoveryCodes
    await authorize(person.login, person.password)
    const signedIn = await confirm(person.login, ` ${first.toUpperCase()} `)
    expect(signedIn.status).toBe(200)
    await authorize(person.login, person.password)
    expect(await confirm(person.login, first)).toMatchObject(WRONG_OTP)
    expect((await confirm(person.login, second)).status).toBe(200)
    const token = signedIn.text('authorizationToken.token')
    const settings = await api.call('GET', '/profiles/my/security-settings', { token })
    expect(settings.at('securitySettings')).toMatchObject({ twoStep: 'totp', recoveryCodesLeft: 8 })
  })

  test('of another person is of no use, nor are their recovery codes', async () => {
    const [one, other] = [await createStaff(api.call, 'accountant'), await createStaff(api.call, 'cashier')]
    await enrolApp(api.call, one, atMs)
    const theirs = await enrolApp(api.call, other, atMs)
    await authorize(one.login, one.password)
    expect(await confirm(one.login, appCode(theirs.secret, atMs, 1))).toMatchObject(WRONG_OTP)
    expect(await confirm(one.login, theirs.recoveryCodes[0])).toMatchObject(WRONG_OTP)
  })

  test('locks the login after four wrong codes, however often the password is given between', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { secret } = await enrolApp(api.call, person, atMs)
    const statuses = []
    for (let i = 0; i < 4; i += 1) {
      expect((await authorize(person.login, person.password)).at('action')).toBe('TOTP_REQUIRED')
      statuses.push((await confirm(person.login, otherThan(appCode(secret, atMs, 1)))).status)
    }
    expect(statuses).toEqual([400, 400, 400, 429])
    expect((await confirm(person.login, appCode(secret, atMs, 1))).at('code')).toBe('login_locked')
    expect((await authorize(person.login, person.password)).at('code')).toBe('login_locked')
  })

  test('is enrolled with the password only, and confirmed with its own code only', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { token } = person
    const refused = await api.call('POST', '/profiles/my/totp', { token, body: { password: WRONG } })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter: 'password' }] } })
    expect(await api.db('totp_secrets').where({ person_id: person.id })).toEqual([])
    const early = await api.call('POST', '/profiles/my/totp/confirm', { token, body: { otp: '123456' } })
    expect(early).toMatchObject({ status: 409, body: { code: 'totp_not_enrolled' } })
    const body = { password: person.password }
    const first = await api.call('POST', '/profiles/my/totp', { token, body })
    const second = await api.call('POST', '/profiles/my/totp', { token, body })
    const wrong = await api.call('POST', '/profiles/my/totp/confirm', {
      token,
      body: { otp: appCode(first.text('secret'), atMs) },
    })
    expect(wrong).toMatchObject(WRONG_OTP)
    const right = await api.call('POST', '/profiles/my/totp/confirm', {
      token,
      body: { otp: appCode(second.text('secret'), atMs) },
    })
    expect(right.status).toBe(200)
    const again = await api.call('POST', '/profiles/my/totp', { token, body })
    expect(again).toMatchObject({ status: 409, body: { code: 'totp_in_force' } })
  })

  test('is removed with a code, and not by choosing another step', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { token } = person
    const { secret } = await enrolApp(api.call, person, atMs)
    for (const twoStep of ['none', 'otp'])
      expect(await choose(token, twoStep)).toMatchObject({ status: 409, body: { code: 'totp_in_force' } })
    const remove = (otp: string) => api.call('POST', '/profiles/my/totp/remove', { token, body: { otp } })
    expect(await remove(otherThan(appCode(secret, atMs, 1)))).toMatchObject(WRONG_OTP)
    expect(await remove(appCode(secret, atMs))).toMatchObject(WRONG_OTP)
    expect((await remove(appCode(secret, atMs, 1))).at('securitySettings')).toMatchObject({
      twoStep: 'none',
      recoveryCodesLeft: 0,
    })
    expect((await authorize(person.login, person.password)).at('action')).toBe('TOKEN_CREATED')
    expect((await remove('123456')).at('code')).toBe('totp_not_enrolled')
    expect((await auditOf(person.id)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.enrol_totp', 'user.set_two_step']),
    )
  })

  test('cannot be guessed at with a stolen token', async () => {
    const person = await createStaff(api.call, 'accountant')
    const { token } = person
    const { secret } = await enrolApp(api.call, person, atMs)
    const statuses = []
    for (let i = 0; i < 5; i += 1) {
      const body = { otp: otherThan(appCode(secret, atMs, 1)) }
      statuses.push((await api.call('POST', '/profiles/my/totp/remove', { token, body })).status)
    }
    expect(statuses).toEqual([400, 400, 400, 429, 429])
  })

  test('is not got round by registering in one more project', async () => {
    await addProject(api.db, 'one-more')
    const person = await registerClient(api.call)
    await enrolApp(api.call, person, atMs)
    const { login, password } = person
    await api.call('POST', '/registration', {
      body: { login, role: 'individual' },
      headers: { 'X-Project': 'one-more' },
    })
    const [{ id: projectId }] = (await api.db('projects').where({ key: 'one-more' })) as [{ id: string }]
    const [{ code }] = (await inProject(api.db, projectId, (trx) =>
      trx('messages').where({ recipient: login }).whereNotNull('code'),
    )) as [{ code: string }]
    const body = { login, otp: code, password }
    const confirmed = await api.call('POST', '/registration/confirm', { body })
    expect(confirmed.body).toEqual({ status: 'ok', action: 'TOTP_REQUIRED' })
  })

  test('cannot be used where no key is there to seal its secret', async () => {
    const keyless = await startTestApi({ databaseUrl: api.database.url, secretBox: undefined })
    const { token, password } = await asAdministrator(api.call)
    const refused = await keyless.call('POST', '/profiles/my/totp', { token, body: { password } })
    await keyless.stop()
    expect(refused).toMatchObject({ status: 409, body: { code: 'secret_key_not_configured' } })
  })
})

const MINUTE_MS = 60_000

const WRONG = 'Not-The-Pass1!'

const WRONG_OTP = { status: 400, body: { code: 'wrong_otp', errors: [{ parameter: 'otp' }] } }

function authorize(login: string, password: string): Promise<Answer> {
  return api.call('POST', '/authorization', { body: { login, password } })
}

function confirm(login: string, otp: unknown): Promise<Answer> {
  return api.call('POST', '/authorization/confirm', { body: { login, otp } })
}

function choose(token: string, twoStep: unknown): Promise<Answer> {
  return api.call('PATCH', '/profiles/my/security-settings', { token, body: { twoStep } })
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

async function auditOf(personId: string): Promise<{ action: string; after: unknown; actor_id: string }[]> {
  const [{ id: projectId }] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
  return inProject(api.db, projectId, async (trx) =>
    trx('audit_rows').where({ subject_id: personId }).orderBy('seq'),
  )
}
