import { readDecider } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { addMember } from '#db/identity/members.ts'
import type { Role } from '#domain/identity/role.ts'
import type { Answer } from '#test/support/api.ts'
import { freshCode, refusalOf } from '#test/support/catalogue.ts'
import { asAdministrator, createStaff, registerClient, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const DAY_MS = 86_400_000

const api = useApi()
let giver: Person
let delegate: Person
beforeEach(async () => {
  giver = await createStaff(api.call, 'cfo')
  delegate = await createStaff(api.call, 'accountant')
})

describe('a delegation', () => {
  test('lets a colleague act in the role, and both see it', async () => {
    const until = inDays(7)
    const lent = await lend({ until, reason: 'On leave' })
    expect(lent.status).toBe(201)
    expect(lent.body).toMatchObject({
      fromUser: { id: giver.id },
      toUser: { id: delegate.id },
      role: 'cfo',
      until,
      reason: 'On leave',
      revokedAt: null,
    })
    expect(await lentTo(delegate)).toEqual([{ from: giver.id, role: 'cfo' }])
    expect(await lentTo(giver)).toEqual([])
    expect((await list(giver)).body).toEqual({ status: 'ok', given: [lent.body], received: [] })
    expect((await list(delegate)).body).toEqual({ status: 'ok', given: [], received: [lent.body] })
    expect(await audit(lent.text('id'))).toMatchObject([
      {
        action: 'delegation.create',
        actor: { id: giver.id },
        after: { fromUserId: giver.id, toUserId: delegate.id, until },
      },
    ])
  })

  test('holds from its beginning to just before its end', async () => {
    const [from, until] = [inDays(1), inDays(2)]
    await lend({ from, until })
    expect(await lentTo(delegate, moment(from, -1))).toEqual([])
    expect(await lentTo(delegate, moment(from, 0))).toHaveLength(1)
    expect(await lentTo(delegate, moment(until, -1))).toHaveLength(1)
    expect(await lentTo(delegate, moment(until, 0))).toEqual([])
  })

  test('is taken back by the giver, once', async () => {
    const lent = await lend()
    const id = lent.text('id')
    expect((await revoke(id)).status).toBe(204)
    expect(await lentTo(delegate)).toEqual([])
    expect((await list(giver)).body).toMatchObject({
      given: [{ id, revokedAt: expect.any(String) as string }],
    })
    expect(refusalOf(await revoke(id))).toEqual({ status: 409, code: 'delegation_ended', parameters: ['id'] })
    expect(await audit(id)).toMatchObject([
      { action: 'delegation.create' },
      {
        action: 'delegation.revoke',
        actor: { id: giver.id },
        before: { revokedAt: null },
        after: { revokedAt: expect.any(String) as string },
      },
    ])
  })

  test('lends the role that the giver has now, and none of a giver who is gone', async () => {
    await lend()
    await setMember(giver, { role: 'financial_specialist' })
    expect(await lentTo(delegate)).toEqual([{ from: giver.id, role: 'financial_specialist' }])
    await setMember(giver, { active: false })
    expect(await lentTo(delegate)).toEqual([])
  })

  test('is of no use to somebody who is gone', async () => {
    await lend()
    await setMember(delegate, { active: false })
    expect(
      await inProject(api.db, api.projectId, (trx) => readDecider(trx, delegate.id, new Date())),
    ).toEqual({
      personId: delegate.id,
      role: null,
      delegations: [],
    })
  })

  test('cannot be lent on: who gets it gets the own role of the giver only', async () => {
    const third = await createStaff(api.call, 'antifraud_specialist')
    await lend()
    await lend({ toUserId: third.id }, delegate)
    expect(await lentTo(third)).toEqual([{ from: delegate.id, role: 'accountant' }])
  })

  test('twice of the same is one; of two givers, both; all are read in one query', async () => {
    const other = await createStaff(api.call, 'ceo')
    await Promise.all([lend(), lend(), lend({}, other)])
    const queries: string[] = []
    const decider = await inProject(api.db, api.projectId, (trx) => {
      trx.on('query', ({ sql }: { sql: string }) => queries.push(sql))
      return readDecider(trx, delegate.id, new Date())
    })
    expect(decider.role).toBe('accountant')
    expect(decider.delegations).toHaveLength(2)
    expect(decider.delegations).toEqual(
      expect.arrayContaining([
        { from: giver.id, role: 'cfo' },
        { from: other.id, role: 'ceo' },
      ]),
    )
    expect(queries.filter((sql) => /members/.test(sql))).toHaveLength(1)
  })

  test('holds in its own project only, where both are in another one, too', async () => {
    const other = await addProject(api.db, freshCode().toLowerCase())
    await inProject(api.db, other.id, async (trx) => {
      for (const person of [giver, delegate])
        await addMember(trx, {
          id: `mem_${freshCode(20).toLowerCase()}`,
          projectId: other.id,
          personId: person.id,
          organizationId: other.organizationId,
          role: 'cfo',
          name: null,
          login: { text: person.login, channel: 'email' },
          verified: true,
        })
    })
    await lend()
    expect(await lentTo(delegate)).toHaveLength(1)
    const there = await inProject(api.db, other.id, (trx) => readDecider(trx, delegate.id, new Date()))
    expect(there).toEqual({ personId: delegate.id, role: 'cfo', delegations: [] })
  })

  test.each([
    ['nobody', { toUserId: 'usr_nothing' }, 'toUserId'],
    ['no end', { until: undefined }, 'until'],
    ['an end that has passed', { until: inDays(-1) }, 'until'],
    ['a beginning that has passed', { from: inDays(-1) }, 'from'],
    ['an end before the beginning', { from: inDays(3), until: inDays(2) }, 'until'],
    ['more than ninety days', { from: inDays(1), until: inDays(92) }, 'until'],
    ['a day in words', { until: 'tomorrow' }, 'until'],
    ['a role of its own', { role: 'ceo' }, 'role'],
    ['an empty reason', { reason: '' }, 'reason'],
  ])('is refused with %s, by name, and changes nothing', async (_what, more, parameter) => {
    expect(refusalOf(await lend(more))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: [parameter],
    })
    expect((await list(giver)).at('given')).toEqual([])
  })

  test('may be for ninety days to the second', async () => {
    const from = inDays(1)
    const until = new Date(Date.parse(from) + 90 * DAY_MS).toISOString()
    expect((await lend({ from, until })).status).toBe(201)
  })

  test('is never to oneself, a client, somebody who is gone, or somebody of another project', async () => {
    const client = await registerClient(api.call)
    const gone = await createStaff(api.call, 'accountant')
    await setMember(gone, { active: false })
    const stranger = await api.call('GET', '/users/me', {
      token: await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call),
    })
    for (const toUserId of [giver.id, client.id, gone.id, stranger.text('user.id')])
      expect(refusalOf(await lend({ toUserId }))).toEqual({
        status: 400,
        code: 'validation_failed',
        parameters: ['toUserId'],
      })
    expect((await list(giver)).at('given')).toEqual([])
  })

  test('is for staff who may, and only the giver takes it back', async () => {
    const client = await registerClient(api.call)
    const cashier = await createStaff(api.call, 'cashier')
    const id = (await lend()).text('id')
    for (const by of [client, cashier]) {
      expect((await lend({}, by)).status).toBe(403)
      expect((await list(by)).status).toBe(403)
      expect((await revoke(id, by)).status).toBe(403)
    }
    const stranger = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    expect((await revoke(id, delegate)).status).toBe(404)
    expect((await revoke(id, { ...giver, token: stranger })).status).toBe(404)
    expect((await revoke('dlg_nothing')).status).toBe(404)
    expect(await lentTo(delegate)).toHaveLength(1)
  })
})

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString()
}

/** So long after a moment. */
function moment(text: string, ms: number): Date {
  return new Date(Date.parse(text) + ms)
}

function lend(more: object = {}, by: Person = giver): Promise<Answer> {
  const body = { toUserId: delegate.id, until: inDays(7), ...more }
  return api.call('POST', '/delegations', { token: by.token, body })
}

function list(by: Person): Promise<Answer> {
  return api.call('GET', '/delegations', { token: by.token })
}

function revoke(id: string, by: Person = giver): Promise<Answer> {
  return api.call('DELETE', `/delegations/${id}`, { token: by.token })
}

async function lentTo(person: Person, at = new Date()): Promise<unknown> {
  return (await inProject(api.db, api.projectId, (trx) => readDecider(trx, person.id, at))).delegations
}

async function setMember(person: Person, changes: { role?: Role; active?: boolean }): Promise<void> {
  await inProject(api.db, api.projectId, (trx) =>
    trx('members').where({ person_id: person.id }).update(changes),
  )
}

async function audit(subjectId: string): Promise<unknown> {
  const { token } = await asAdministrator(api.call)
  const body = { filter: { subjectIds: [subjectId] }, sort: { at: 'asc' } }
  return (await api.call('POST', '/audit-trails/view', { token, body })).at('records')
}
