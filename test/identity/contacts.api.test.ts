import { inProject } from '#db/connection.ts'
import { addMember } from '#db/identity/members.ts'
import { addOrganization } from '#db/identity/organizations.ts'
import { lockPerson } from '#db/identity/people.ts'
import { startTestApi, type Answer } from '#test/support/api.ts'
import { id as freshId } from '#test/support/book.ts'
import { addIssuer, freshCode, postIssuer, refusalOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, newLogin, registerClient, signIn, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const sender = opened(() => registerClient(api.call))
let receiver: Person
beforeEach(async () => {
  receiver = await registerClient(api.call, { name: 'Rita Receiver' })
})

test.each(['/contacts/validate', '/coins/serial'])(
  '%s is limited per address, as all calls that can be guessed at are',
  async (path) => {
    const strict = await startTestApi({ databaseUrl: api.database.url, guardedPerMinute: 2 })
    const ask = () => strict.call('POST', path, { token: sender.token, body: {} })
    const statuses = [(await ask()).status, (await ask()).status, (await ask()).status]
    await strict.stop()
    expect(statuses).toEqual([400, 400, 429])
  },
)

describe('validating a contact', () => {
  test('says whose login it is, in any spelling', async () => {
    const { id, organizationId: profileOrganizationId, login } = receiver
    const answer = await validate(` ${login.toUpperCase()} `)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ status: 'ok', user: { id, name: 'Rita Receiver', profileOrganizationId } })
  })

  test('refuses all others in the same words: unknown, of another project, staff, or switched off', async () => {
    const unknown = await validate(newLogin())
    expect(refusalOf(unknown)).toEqual({ status: 400, code: 'validation_failed', parameters: ['value'] })
    await switchOff(receiver)
    for (const login of [await loginElsewhere(), api.admin.login, receiver.login])
      expect(wordsOf(await validate(login))).toEqual(wordsOf(unknown))
    await unban(receiver)
    expect((await validate(receiver.login)).status).toBe(200)
  })

  test.each([['jane'], [''], [7], [null], [['jane@example.com']], [undefined]])(
    'refuses %j by name',
    async (value) => {
      expect(refusalOf(await validate(value))).toMatchObject({ status: 400, parameters: ['value'] })
    },
  )

  test('is for those who may look up whom to send money to, and takes nothing else', async () => {
    const manager = await createStaff(api.call, 'role_administrator')
    expect((await validate(receiver.login, manager.token)).status).toBe(403)
    const body = { value: receiver.login, projectId: 'prj_1' }
    const answer = await api.call('POST', '/contacts/validate', { token: sender.token, body })
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['projectId'] })
  })
})

describe('finding a coin by its owner’s login', () => {
  test('gives the main one in that currency, or else the oldest that is active', async () => {
    const { issuerId, code: currencyCode } = await addIssuer(api.call, api.admin.token)
    const later = await postIssuer(api.call, api.admin.token, { currencyCode })
    const elsewhere = await addIssuer(api.call, api.admin.token)
    const find = async () => (await findSerial({ login: receiver.login, currencyCode })).at('serial')
    const main = await openCoin(receiver, elsewhere.issuerId)
    const oldest = await openCoin(receiver, later.text('id'))
    const newest = await openCoin(receiver, issuerId)
    expect(await find()).toBe(oldest)
    await api.call('PATCH', `/coins/${oldest}`, { token: receiver.token, body: { active: false } })
    expect(await find()).toBe(newest)
    await api.call('PATCH', `/coins/${oldest}`, { token: receiver.token, body: { active: true } })
    await api.call('DELETE', `/coins/${oldest}`, { token: receiver.token })
    expect(await find()).toBe(newest)
    const answer = await findSerial({ login: receiver.login, currencyCode: elsewhere.code })
    expect(answer.body).toEqual({ serial: main })
  })

  test('prefers the main one to an older one', async () => {
    const { issuerId, code: currencyCode } = await addIssuer(api.call, api.admin.token)
    const later = await postIssuer(api.call, api.admin.token, { currencyCode })
    await openCoin(receiver, issuerId)
    const newer = await openCoin(receiver, later.text('id'))
    const row: { project_id: string } | undefined = await api
      .db('person_projects')
      .where({ person_id: receiver.id })
      .first('project_id')
    await inProject(api.db, row?.project_id ?? '', async (trx) => {
      const theirs = () => trx('coins').where({ organization_id: receiver.organizationId })
      await theirs().update({ main: false })
      await theirs().where({ serial: newer }).update({ main: true })
    })
    const answer = await findSerial({ login: receiver.login, currencyCode })
    expect(answer.at('serial')).toBe(newer)
  })

  test('refuses a login without such a coin in the same words as one that is unknown', async () => {
    const { issuerId, code: currencyCode } = await addIssuer(api.call, api.admin.token)
    const find = (login: string) => findSerial({ login, currencyCode })
    const unknown = await find(newLogin())
    expect(refusalOf(unknown)).toEqual({ status: 400, code: 'validation_failed', parameters: ['login'] })
    const without = await registerClient(api.call)
    for (const login of [without.login, await loginElsewhere(), api.admin.login])
      expect(wordsOf(await find(login))).toEqual(wordsOf(unknown))
    await openCoin(receiver, issuerId)
    expect((await find(receiver.login)).status).toBe(200)
    await switchOff(receiver)
    expect(wordsOf(await find(receiver.login))).toEqual(wordsOf(unknown))
  })

  test('refuses an unknown currency, and says nothing of the login then', async () => {
    const theirs = await addIssuer(
      api.call,
      await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call),
    )
    for (const currencyCode of ['NOSUCH', theirs.code]) {
      const answers = [
        await findSerial({ login: newLogin(), currencyCode }),
        await findSerial({ login: receiver.login, currencyCode }),
      ]
      expect(answers.map(wordsOf)[0]).toEqual(answers.map(wordsOf)[1])
      for (const answer of answers)
        expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['currencyCode'] })
    }
  })

  test.each<[object, string[]]>([
    [{}, ['login', 'currencyCode']],
    [{ login: 'jane', currencyCode: 'EUR' }, ['login']],
    [{ login: 'jane@example.com', currencyCode: 978 }, ['currencyCode']],
    [{ login: 'jane@example.com', currencyCode: 'EUR', amount: '1' }, ['amount']],
  ])('refuses %j by name', async (body, parameters) => {
    expect(refusalOf(await findSerial(body))).toMatchObject({ status: 400, parameters })
  })
})

describe('deleting a user', () => {
  test('switches them off and keeps them, until they are let in again', async () => {
    const { id, login, password, token } = receiver
    const deleted = await switchOff(receiver)
    expect(deleted).toMatchObject({ status: 200, body: { user: { id, active: false, banned: true } } })
    expect((await api.call('GET', '/users/me', { token })).status).toBe(401)
    const read = await api.call('GET', `/users/${id}`, { token: api.admin.token })
    expect(read.at('user')).toEqual(deleted.at('user'))
    expect((await unban(receiver)).at('user')).toMatchObject({ id, active: true, banned: false })
    expect((await api.call('GET', '/users/me', { token })).status).toBe(401)
    expect((await signIn(api.call, login, password)).id).toBe(id)
    const filter = { subjectIds: [id], actions: ['user.change'] }
    const trail = await api.call('POST', '/audit-trails/view', { token: api.admin.token, body: { filter } })
    expect(trail.at('records')).toMatchObject([
      { actor: { id: api.admin.id }, before: { active: false }, after: { active: true } },
      { actor: { id: api.admin.id }, before: { active: true }, after: { active: false } },
    ])
  })

  test('and unbanning follow the rules of PATCH', async () => {
    const manager = await createStaff(api.call, 'role_administrator')
    const calls = (id: string, token: string) => [
      api.call('DELETE', `/users/${id}`, { token }),
      api.call('POST', `/users/${id}/unban`, { token }),
    ]
    const refusals = async (id: string, { token }: Person) =>
      (await Promise.all(calls(id, token))).map((answer) => {
        const { status, code } = refusalOf(answer)
        return { status, code }
      })
    expect(await refusals(manager.id, manager)).toEqual(both(403, 'not_on_oneself'))
    expect(await refusals(api.admin.id, manager)).toEqual(both(403, 'forbidden'))
    expect(await refusals(receiver.id, sender)).toEqual(both(403, 'forbidden'))
    expect(await refusals('usr_nothing', api.admin)).toEqual(both(404, 'not_found'))
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    expect(await refusals(receiver.id, { ...api.admin, token: stranger })).toEqual(both(404, 'not_found'))
  })

  test('and unbanning take no body', async () => {
    const body = { reason: 'FRAUD' }
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/unban'],
    ] as const) {
      const answer = await api.call(method, `/users/${receiver.id}${path}`, { token: api.admin.token, body })
      expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['body'] })
    }
  })
})

function validate(value: unknown, token = sender.token): Promise<Answer> {
  return api.call('POST', '/contacts/validate', { token, body: { value } })
}

function findSerial(body: object, token = sender.token): Promise<Answer> {
  return api.call('POST', '/coins/serial', { token, body })
}

async function openCoin({ token }: Person, issuerId: string): Promise<string> {
  return (await api.call('POST', '/coins', { token, body: { name: 'A coin', issuerId } })).text('serial')
}

function switchOff(user: Person): Promise<Answer> {
  return api.call('DELETE', `/users/${user.id}`, { token: api.admin.token })
}

function unban(user: Pick<Person, 'id'>, { token } = api.admin): Promise<Answer> {
  return api.call('POST', `/users/${user.id}/unban`, { token })
}

/** A client of another project only, whom nobody here must learn of. */
async function loginElsewhere(): Promise<string> {
  const [other, login] = [await addProject(api.db, freshCode().toLowerCase()), newLogin('elsewhere')]
  await inProject(api.db, other.id, async (trx) => {
    const organizationId = freshId('org')
    await addOrganization(trx, { id: organizationId, project_id: other.id, type: 'individual', name: 'X' })
    const { id: personId } = await lockPerson(trx, { id: freshId('usr'), login })
    const channel = 'email' as const
    await addMember(trx, {
      id: freshId('mem'),
      projectId: other.id,
      personId,
      organizationId,
      role: 'individual',
      name: 'Elsewhere',
      login: { text: login, channel },
      verified: true,
    })
  })
  return login
}

/** For a call and its counterpart, which have the same rules. */
function both(status: number, code: string) {
  return [
    { status, code },
    { status, code },
  ]
}

/** The words of a refusal, without what names the call. */
function wordsOf(answer: Answer): unknown {
  return [answer.status, answer.at('code'), answer.at('detail'), answer.at('errors')]
}
