import { inProject } from '#db/connection.ts'
import type { Role } from '#domain/identity/role.ts'
import type { Answer } from '#test/support/api.ts'
import { addIssuer, freshCode, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, registerClient, signIn, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const compliance = opened(() => createStaff(api.call, 'compliance_specialist'))
const antifraud = opened(() => createStaff(api.call, 'antifraud_specialist'))
const issuer = opened(() => addIssuer(api.call, api.admin.token))
let client: Person
beforeEach(async () => {
  client = await registerClient(api.call)
})

describe('freezing a client', () => {
  test.each([
    'administrator',
    'compliance_specialist',
    'compliance_manager',
    'antifraud_specialist',
  ] as const)('is for the role %s, which sees who is frozen and why', async (role: Role) => {
    const staff = await createStaff(api.call, role)
    const frozen = await freeze(staff, { reason: 'FRAUD', description: 'Stolen card' })
    expect(frozen.status).toBe(200)
    const how = { frozen: true, frozenReason: 'FRAUD', frozenDescription: 'Stolen card', active: true }
    expect(frozen.at('user')).toMatchObject({ id: client.id, ...how })
    expect((await as(staff)('GET', `/users/${client.id}`)).at('user')).toMatchObject(how)
    const filter = { ids: [client.id], frozen: true }
    expect((await as(staff)('POST', '/users/view', { filter })).at('records')).toMatchObject([how])
    const free = { ids: [client.id], frozen: false }
    expect((await as(staff)('POST', '/users/view', { filter: free })).at('records')).toEqual([])
  })

  test('is of the organization, found there too', async () => {
    await freeze(compliance, { reason: 'OTHER' })
    const ids = [client.organizationId]
    expect(await organizations({ ids, frozen: true })).toMatchObject([
      { frozen: true, frozenReason: 'OTHER', frozenDescription: null },
    ])
    expect(await organizations({ ids, frozen: false })).toEqual([])
    const row = await inProject(api.db, api.projectId, (trx) =>
      trx('organizations').where({ id: client.organizationId }).first(),
    )
    expect(row).toMatchObject({
      frozen_at: expect.any(Date),
      frozen_by: compliance.id,
      frozen_reason: 'OTHER',
    })
  })

  test('leaves them signed in and reading, told that they are frozen but not why', async () => {
    await as(client)('POST', '/coins', { name: 'Mine', issuerId: issuer.issuerId })
    await freeze(compliance, { reason: 'AML', description: 'Looks like a mule' })
    const again = await signIn(api.call, client.login, client.password)
    for (const token of [client.token, again.token]) {
      expect((await as({ token })('GET', '/coins')).at('coins')).toHaveLength(1)
      const me = await as({ token })('GET', '/users/me')
      expect(me.at('user')).toMatchObject({ frozen: true, frozenReason: null, frozenDescription: null })
    }
  })

  test('is for no reason OTHER, and twice the same as once', async () => {
    expect((await freeze(compliance)).at('user.frozenReason')).toBe('OTHER')
    expect((await freeze(antifraud, { reason: 'FRAUD' })).at('user.frozenReason')).toBe('OTHER')
    expect(await trailOf(client.organizationId)).toMatchObject([{ action: 'organization.freeze' }])
  })

  test('at once by two is by one of them', async () => {
    const answers = await Promise.all([freeze(compliance), freeze(antifraud)])
    expect(statusesOf(answers)).toEqual([200, 200])
    expect(await trailOf(client.organizationId)).toHaveLength(1)
  })

  test('hides their coins from those who would pay, in the words of a coin that is off', async () => {
    const coin = await as(client)('POST', '/coins', { name: 'Mine', issuerId: issuer.issuerId })
    const serial = coin.text('serial')
    const currencyCode = coin.text('issuer.currency.code')
    const payer = await registerClient(api.call)
    const look = async () => [
      await as(payer)('POST', '/coins/validate', { serial }),
      await as(payer)('POST', '/coins/serial', { login: client.login, currencyCode }),
    ]
    expect((await look()).map(({ status }) => status)).toEqual([200, 200])
    await freeze(compliance)
    expect((await look()).map(refusalOf)).toEqual([
      { status: 422, code: 'coin_inactive', parameters: ['serial'] },
      { status: 400, code: 'validation_failed', parameters: ['login'] },
    ])
  })
})

describe('lifting a freeze', () => {
  test('takes another person than who froze, and says in the trail who did what', async () => {
    await freeze(antifraud, { reason: 'FRAUD', description: 'Odd hours' })
    expect(refusalOf(await unfreeze(antifraud))).toEqual({
      status: 403,
      code: 'not_ones_own_freeze',
      parameters: ['id'],
    })
    expect(await read()).toMatchObject({ frozen: true })
    expect((await unfreeze(compliance, { description: 'Night shift' })).at('user')).toMatchObject(FREE)
    expect((await unfreeze(compliance)).status).toBe(200)
    expect(await trailOf(client.organizationId)).toMatchObject([
      {
        action: 'organization.freeze',
        actor: { id: antifraud.id },
        before: { frozen: false },
        after: { frozen: true, reason: 'FRAUD', description: 'Odd hours', userId: client.id },
      },
      {
        action: 'organization.unfreeze',
        actor: { id: compliance.id },
        before: { frozen: true, reason: 'FRAUD', frozenBy: antifraud.id },
        after: { frozen: false, description: 'Night shift' },
      },
    ])
  })

  test('can be followed by another freeze, and that by another lifting', async () => {
    await freeze(antifraud)
    await unfreeze(compliance)
    await freeze(compliance)
    expect((await unfreeze(compliance)).status).toBe(403)
    expect((await unfreeze(antifraud)).at('user')).toMatchObject(FREE)
  })

  test('is held to two persons by the database too, whoever asks it', async () => {
    await freeze(antifraud, { reason: 'OTHER' })
    const lifted = { frozen_at: null, frozen_reason: null, frozen_by: null }
    await expect(changeOrganization({ ...lifted, unfrozen_by: antifraud.id })).rejects.toThrow(
      'may not lift it',
    )
    await expect(changeOrganization({ ...lifted, unfrozen_by: null })).rejects.toThrow('may not lift it')
    await expect(changeOrganization({ frozen_by: compliance.id })).rejects.toThrow('keeps its author')
    await expect(changeOrganization({ frozen_reason: null })).rejects.toThrow('frozen_for_a_reason')
    expect(await read()).toMatchObject({ frozen: true })
  })

  test('that was for AML is for compliance, with a description', async () => {
    await freeze(antifraud, { reason: 'AML' })
    expect((await unfreeze(api.admin, { description: 'Please' })).status).toBe(403)
    expect(refusalOf(await unfreeze(compliance))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: ['description'],
    })
    expect(await read()).toMatchObject({ frozen: true })
    expect((await unfreeze(compliance, { description: 'Namesake' })).at('user')).toMatchObject(FREE)
  })
})

describe('a hit of the screening', () => {
  test('freezes by nobody, once, and any one of compliance lifts it with a reason', async () => {
    expect(await freezeByScreening()).toBe(true)
    expect(await freezeByScreening()).toBe(false)
    expect(await read()).toMatchObject({ frozen: true, frozenReason: 'AML' })
    expect((await unfreeze(antifraud, { description: 'x' })).status).toBe(403)
    expect(refusalOf(await unfreeze(compliance)).parameters).toEqual(['description'])
    expect((await unfreeze(compliance, { description: 'Namesake' })).at('user')).toMatchObject(FREE)
    expect(await freezeByScreening()).toBe(true)
    expect(await read()).toMatchObject({ frozen: true })
  })

  test('on a client whom a person has frozen makes it a matter of AML, and still not theirs to lift', async () => {
    await freeze(compliance, { reason: 'OTHER', description: 'Asked for it' })
    expect(await freezeByScreening(client.organizationId, 'OTHER')).toBe(false)
    expect(await freezeByScreening()).toBe(true)
    expect(await read()).toMatchObject({ frozenReason: 'AML', frozenDescription: 'Asked for it' })
    expect((await unfreeze(compliance, { description: 'Fine' })).status).toBe(403)
    const manager = await createStaff(api.call, 'compliance_manager')
    expect((await unfreeze(manager, { description: 'Fine' })).at('user')).toMatchObject(FREE)
  })

  test('never freezes staff, nor a client of another project', async () => {
    expect(await freezeByScreening(api.admin.organizationId)).toBe(false)
    const other = await addProject(api.db, freshCode().toLowerCase())
    const stranger = await other.signIn(api.call)
    const body = { login: `theirs-${freshCode()}@example.com`, role: 'individual' }
    const theirs = await as({ token: stranger })('POST', '/users', body)
    expect(await freezeByScreening(theirs.text('user.members.0.organization.id'))).toBe(false)
    const id = theirs.text('user.id')
    expect((await as({ token: stranger })('GET', `/users/${id}`)).at('user')).toMatchObject(FREE)
  })
})

describe('a freeze is refused', () => {
  test('on staff, who are switched off instead', async () => {
    for (const answer of [
      await freeze(compliance, {}, antifraud.id),
      await freeze(api.admin, { paramValue: false }, compliance.id),
    ])
      expect(refusalOf(answer)).toEqual({ status: 422, code: 'only_clients_are_frozen', parameters: ['id'] })
  })

  test.each(['accountant', 'cfo', 'role_administrator', 'customer_support'] as const)(
    'to the role %s',
    async (role) => {
      const staff = await createStaff(api.call, role)
      expect((await freeze(staff)).status).toBe(403)
      expect(await read()).toMatchObject(FREE)
    },
  )

  test('to clients, on themselves and others, and in another project', async () => {
    const another = await registerClient(api.call)
    expect((await freeze(client)).status).toBe(403)
    expect((await freeze(another)).status).toBe(403)
    const stranger = { token: await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call) }
    expect(refusalOf(await freeze(stranger))).toEqual({ status: 404, code: 'not_found', parameters: ['id'] })
    expect((await freeze(compliance, {}, 'usr_nobody')).status).toBe(404)
    expect(await read()).toMatchObject(FREE)
  })

  test.each<[string, object, string]>([
    ['a reason of its own', { reason: 'MOOD' }, 'reason'],
    ['no value', { paramValue: undefined }, 'paramValue'],
    ['a value in words', { paramValue: 'yes' }, 'paramValue'],
    ['a parameter of its own', { paramType: 'FREEZE' }, 'paramType'],
    ['active beside it', { active: false }, 'active'],
    ['an empty description', { description: ' ' }, 'description'],
    ['an unknown field', { frozen: true }, 'frozen'],
  ])('with %s, by name', async (_what, more, parameter) => {
    const answer = await freeze(compliance, more)
    expect(answer.status).toBe(400)
    expect(refusalOf(answer).parameters).toContain(parameter)
    expect(await read()).toMatchObject(FREE)
  })

  test('with a filter that is not yes or no', async () => {
    const answer = await as(api.admin)('POST', '/users/view', { filter: { frozen: 'yes' } })
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['filter.frozen'] })
  })

  test('and so is a ban, to those who only freeze, whoever it is about', async () => {
    const manager = await createStaff(api.call, 'compliance_manager')
    const ban = { paramType: 'ACTIVE', paramValue: false }
    for (const id of [client.id, compliance.id])
      for (const body of [ban, { active: false }]) {
        const answer = await as(manager)('PATCH', `/users/${id}`, body)
        expect(refusalOf(answer)).toMatchObject({ status: 403, parameters: ['Authorization'] })
        expect(answer.text('detail')).toContain('USER_MANAGER')
      }
    expect(await read()).toMatchObject({ active: true })
  })
})

describe('switching off a coin by staff', () => {
  test('keeps who did it and why, for staff to read, until it is switched on', async () => {
    const serial = await aCoin()
    const why = { deactivationReason: 'FRAUD', description: 'Card was stolen' }
    const blocked = { by: antifraud.id, ...why }
    expect((await set(antifraud, serial, { active: false, ...why })).body).toMatchObject({
      active: false,
      blocked,
    })
    await set(compliance, serial, { active: false, deactivationReason: 'Mine now' })
    const path = `/organizations/${client.organizationId}/coins`
    expect((await as(compliance)('GET', path)).at('coins')).toMatchObject([{ serial, blocked }])
    expect((await as(compliance)('GET', `${path}/${serial}`)).body).toMatchObject({ blocked })
    const free = await set(compliance, serial, { active: true })
    expect(free.body).toMatchObject({ active: true })
    expect(free.body).not.toHaveProperty('blocked')
  })

  test('is not lifted by the client, nor shown to them with its reason', async () => {
    const serial = await aCoin()
    await set(compliance, serial, { active: false, deactivationReason: 'AML' })
    for (const answer of [
      await set(client, serial, { active: true }),
      await as(client)('PATCH', `/coins/${serial}`, { active: true }),
      await as(client)('DELETE', `/coins/${serial}`),
    ])
      expect(refusalOf(answer)).toMatchObject({ status: 409, code: 'coin_blocked' })
    const [seen] = (await as(client)('GET', '/coins')).at('coins') as object[]
    expect(seen).toMatchObject({ active: false })
    expect(seen).not.toHaveProperty('blocked')
    expect(await set(client, serial, { active: false })).not.toHaveProperty('body.blocked')
  })

  test('is in the trail with who and why', async () => {
    const serial = await aCoin()
    await set(compliance, serial, { active: false, deactivationReason: 'AML', description: 'See notes' })
    await set(antifraud, serial, { active: true, description: 'Cleared' })
    const coin = await inProject(api.db, api.projectId, (trx) => trx('coins').where({ serial }).first('id'))
    expect(await trailOf((coin as { id: string }).id)).toMatchObject([
      { action: 'coin.create', actor: { id: client.id } },
      {
        action: 'coin.deactivate',
        actor: { id: compliance.id },
        after: { active: false, blocked: true, deactivationReason: 'AML', description: 'See notes' },
      },
      {
        action: 'coin.activate',
        actor: { id: antifraud.id },
        after: { blocked: false, description: 'Cleared' },
      },
    ])
  })

  test('is for those who may freeze, in their project', async () => {
    const serial = await aCoin()
    const off = { active: false }
    for (const role of ['accountant', 'customer_support', 'ceo'] as const)
      expect((await set(await createStaff(api.call, role), serial, off)).status).toBe(403)
    const token = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    expect((await as({ token })('PATCH', `/coins/${serial}/status`, off)).status).toBe(404)
    const bad = await set(compliance, serial, { active: false, deactivationReason: 'x'.repeat(201) })
    expect(refusalOf(bad)).toMatchObject({ status: 400, parameters: ['deactivationReason'] })
    expect((await as(client)('GET', '/coins')).at('coins.0.active')).toBe(true)
  })
})

function as({ token }: Person | { token: string }) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

function freeze(by: Person | { token: string }, more: object = {}, id = client.id): Promise<Answer> {
  return as(by)('PATCH', `/users/${id}`, { paramType: 'FROZEN', paramValue: true, ...more })
}

function unfreeze(by: Person | { token: string }, more: object = {}): Promise<Answer> {
  return freeze(by, { paramValue: false, ...more })
}

/** As the step of a hit does, in the project of the caller. @returns whether it changed anything */
async function freezeByScreening(organization = client.organizationId, reason = 'AML'): Promise<boolean> {
  return inProject(api.db, api.projectId, async (trx) => {
    const answered = await trx.raw<{ rows: [{ frozen: boolean }] }>(
      'select freeze_organization(?, ?, ?) as frozen',
      [api.projectId, organization, reason],
    )
    return answered.rows[0].frozen
  })
}

async function read(): Promise<unknown> {
  return (await as(api.admin)('GET', `/users/${client.id}`)).at('user')
}

async function trailOf(subjectId: string): Promise<unknown> {
  const filter = { subjectIds: [subjectId] }
  return (await as(api.admin)('POST', '/audit-trails/view', { filter, sort: { at: 'asc' } })).at('records')
}

async function aCoin(): Promise<string> {
  return (await as(client)('POST', '/coins', { name: 'Mine', issuerId: issuer.issuerId })).text('serial')
}

function set(by: Person, serial: string, body: object): Promise<Answer> {
  return as(by)('PATCH', `/coins/${serial}/status`, body)
}

async function organizations(filter: object): Promise<unknown> {
  return (await as(api.admin)('POST', '/organizations', { filter })).at('records')
}

/** Behind the API's back. */
function changeOrganization(columns: object): Promise<unknown> {
  return inProject(api.db, api.projectId, (trx) =>
    trx('organizations').where({ id: client.organizationId }).update(columns),
  )
}

const FREE = { frozen: false, frozenReason: null, frozenDescription: null }
