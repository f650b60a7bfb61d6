import { inProject } from '#db/connection.ts'
import { rolesWith } from '#domain/identity/role.ts'
import { freshCode, postBank, postCurrency, projectOf, refusalOf } from '#test/support/catalogue.ts'
import { createStaff, registerClient } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'
import { connect } from '#test/support/connect.ts'

const api = useApi()

describe('the audit trail', () => {
  test('says who changed what, from what to what, and when', async () => {
    const currency = await postCurrency(api.call, api.admin.token, { name: 'Old' })
    const id = currency.text('id')
    await api.call('PATCH', `/currencies/${id}`, { token: api.admin.token, body: { name: 'New' } })
    const [created, changed] = await rows({ subjectIds: [id] })
    expect(created).toMatchObject({
      actor: { id: api.admin.id, login: api.admin.login },
      source: 'api',
      action: 'currency.create',
      subjectType: 'currency',
      subjectId: id,
      before: null,
      after: currency.body,
    })
    expect(changed).toMatchObject({
      action: 'currency.change',
      before: currency.body,
      after: { ...(currency.body as object), name: 'New' },
    })
    expect(changed?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(changed?.seq).toBe((created?.seq ?? 0) + 1)
  })

  test('counts without gaps under load, in a chain in which each row seals the one before', async () => {
    await Promise.all(Array.from({ length: 12 }, () => postCurrency(api.call, api.admin.token)))
    const projectId = await projectOf(api.db, api.admin.id)
    const broken = await inProject(api.db, projectId, (trx) =>
      trx.raw<{ rows: unknown[] }>(`
        select a.seq from audit_rows a left join audit_rows b on b.seq = a.seq - 1
          where a.hash <> audit_hash(a) or a.previous_hash <> coalesce(b.hash, '\\x') or (a.seq > 1 and b.seq is null)`),
    )
    expect(broken.rows).toEqual([])
  })

  test('is narrowed by actor, action, subject and time', async () => {
    const staff = await createStaff(api.call, 'administrator')
    const bank = await postBank(api.call, staff.token)
    const bankId = bank.text('bankId')
    const [row] = await rows({ actorIds: [staff.id], actions: ['bank.create'] })
    expect(row).toMatchObject({ subjectId: bankId, actor: { login: staff.login } })
    const at = row?.at ?? ''
    const later = new Date(Date.parse(at) + 1).toISOString()
    expect(await rows({ subjectTypes: ['bank'], subjectIds: [bankId] })).toEqual([row])
    expect(await rows({ subjectIds: [bankId], from: at, to: later })).toEqual([row])
    expect(await rows({ subjectIds: [bankId], from: later })).toEqual([])
    expect(await rows({ subjectIds: [bankId], to: at.replace('Z', '+14:00') })).toEqual([])
    expect(await rows({ subjectIds: [bankId], subjectTypes: ['coin'] })).toEqual([])
    expect(await rows({ actorIds: [] })).toEqual([])
  })

  test('is newest first unless asked otherwise', async () => {
    const all = (await view({ pageSize: 100 })).at('records') as Row[]
    expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).toSorted((a, b) => b - a))
    const [oldest] = (await view({ pageSize: 1, sort: { at: 'asc' } })).at('records') as Row[]
    expect(oldest?.seq).toBe(1)
  })

  test('shows the changes of one’s own project only', async () => {
    const theirs = await (await addProject(api.db, freshCode().toLowerCase())).signIn(api.call)
    const currency = await postCurrency(api.call, theirs)
    const id = currency.text('id')
    expect(await rows({ subjectIds: [id] })).toEqual([])
    expect(await rows({ subjectIds: [id] }, theirs)).toHaveLength(1)
  })

  test('holds no password, token or code', async () => {
    const client = await registerClient(api.call)
    const text = JSON.stringify((await view({ pageSize: 100 })).at('records'))
    expect(text).toContain(client.login)
    const secrets = [client.password, client.token, api.admin.password, api.admin.token, '$argon2']
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect(text.match(/"(?:\w*password\w*|\w*hash_\w*|otp|token)":/gi)).toBeNull()
  })

  test('is for those who hold the permission', async () => {
    const client = await registerClient(api.call)
    const answer = await view({}, client.token)
    expect(answer.status).toBe(403)
    expect(answer.text('detail')).toContain(rolesWith('AUDIT_VIEWER').join(', '))
    const officer = await createStaff(api.call, 'compliance_manager')
    expect((await view({}, officer.token)).status).toBe(200)
  })

  test('cannot be changed or cut, not by the owner of the tables either', async () => {
    const owner = connect(api.database.ownerUrl, 1)
    const projectId = await projectOf(api.db, api.admin.id)
    try {
      for (const statement of [
        "update audit_rows set action = 'nothing'",
        'delete from audit_rows',
        'truncate audit_rows',
      ])
        await expect(inProject(owner, projectId, (trx) => trx.raw(statement))).rejects.toThrow('append-only')
      await expect(inProject(api.db, projectId, (trx) => trx('audit_rows').delete())).rejects.toThrow(
        'permission denied',
      )
    } finally {
      await owner.destroy()
    }
  })

  test.each([
    ['a year that Postgres does not have', '0000-01-01T00:00:00Z'],
    ['an offset that Postgres does not have', '2030-01-01T00:00:00+23:59'],
    ['the last moment there is', '9999-12-31T23:59:59.999999999-23:59'],
  ])('takes %s as a moment', async (_what, from) => {
    expect((await view({ filter: { from } })).status).toBe(200)
  })

  test.each([
    [{ filter: { from: '2030-02-30T00:00:00Z' } }, 'filter.from'],
    [{ filter: { to: 'yesterday' } }, 'filter.to'],
    [{ filter: { to: 1_700_000_000 } }, 'filter.to'],
    [{ filter: { actorIds: 'usr_x' } }, 'filter.actorIds'],
    [{ filter: { actions: Array.from({ length: 101 }, () => 'x') } }, 'filter.actions'],
    [{ filter: { projectId: 'prj_x' } }, 'filter.projectId'],
    [{ sort: { seq: 'asc' } }, 'sort.seq'],
    [{ sort: { at: 'ASC' } }, 'sort.at'],
    [{ pageNumber: -1 }, 'pageNumber'],
    [{ pageNumber: 200, pageSize: 100 }, 'pageNumber'],
    [{ pageSize: 1000 }, 'pageSize'],
  ])('with %j is refused', async (body, parameter) => {
    expect(refusalOf(await view(body))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: [parameter],
    })
  })
})

type Row = {
  seq: number
  at: string
  actor: { id: string; login?: string } | null
  action: string
  subjectType: string
  subjectId: string
  before: unknown
  after: unknown
  hash: string
}

function view(body: unknown, token = api.admin.token) {
  return api.call('POST', '/audit-trails/view', { token, body })
}

async function rows(filter: object, token = api.admin.token): Promise<Row[]> {
  return (await view({ filter, sort: { at: 'asc' } }, token)).at('records') as Row[]
}
