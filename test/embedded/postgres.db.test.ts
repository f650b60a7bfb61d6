import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres, type Postgres } from '#embedded/postgres/postgres.ts'
import { readLiveProcess } from '#embedded/process/process-file.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { occupiedPort } from '#test/support/occupied-port.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'

describe('embedded Postgres', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let postgres: Postgres
  beforeAll(async () => {
    directory = await temporaryDirectory()
    postgres = await start(directory.path)
  })
  afterAll(async () => {
    await postgres.stop()
    await directory.remove()
  })

  test('gives two roles that row-level security binds, of which only the owner creates databases', async () => {
    const sql = `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb
      from pg_roles where rolname = current_user`
    const bound = { rolsuper: false, rolbypassrls: false, rolcreaterole: false }
    expect(await query(postgres.ownerUrl, sql)).toEqual([
      { ...bound, rolname: 'sluice_owner', rolcreatedb: true },
    ])
    expect(await query(postgres.appUrl, sql)).toEqual([
      { ...bound, rolname: 'sluice_app', rolcreatedb: false },
    ])
  })

  test('does not let the runtime role create tables', async () => {
    await expect(query(postgres.appUrl, 'create table mine ()')).rejects.toThrow('permission denied')
  })

  test('loses nothing at a power cut: what is committed is on disk', async () => {
    const sql = `select current_setting('fsync') || current_setting('synchronous_commit')
      || current_setting('full_page_writes') as durable`
    expect(await query(postgres.appUrl, sql)).toEqual([{ durable: 'ononon' }])
  })

  test('listens on this machine only', async () => {
    expect(await query(postgres.appUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  })

  test('keeps its passwords to their owner', async () => {
    expect((await stat(join(directory.path, 'passwords.json'))).mode & 0o777).toBe(0o600)
  })

  test('continues on the same data, passwords and port after a stop', async () => {
    await query(postgres.ownerUrl, 'create table kept as select 42 as answer')
    const before = { ownerUrl: postgres.ownerUrl, appUrl: postgres.appUrl, port: postgres.port }
    await postgres.stop()
    expect(await readLiveProcess(join(directory.path, 'postgres.pid'))).toBeUndefined()
    postgres = await start(directory.path)
    expect(postgres).toMatchObject(before)
    expect(await query(postgres.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('first stops the server that a killed run has left behind', async () => {
    const left = postgres
    postgres = await start(directory.path)
    await left.exited
    expect(await query(postgres.ownerUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('recovers after the server itself was killed', async () => {
    await query(postgres.ownerUrl, 'create table committed as select 7 as answer')
    process.kill((await readLiveProcess(join(directory.path, 'postgres.pid'))) ?? Number.NaN, 'SIGKILL')
    await postgres.exited
    postgres = await start(directory.path)
    expect(await query(postgres.ownerUrl, 'select answer from committed')).toEqual([{ answer: 7 }])
  })
})

describe('embedded Postgres that cannot start', () => {
  const atEnd = cleanup()

  test('says that its port is in use', async () => {
    const { path, remove } = await temporaryDirectory()
    atEnd(remove)
    const { port, release } = await occupiedPort()
    atEnd(release)
    await expect(start(path, port)).rejects.toThrow(
      `Port ${port} for Postgres is in use: stop the program that has it, or choose another.`,
    )
  })

  test('says why, where to look and how to begin anew, and leaves nothing running', async () => {
    const { path, remove } = await temporaryDirectory()
    atEnd(remove)
    await (await start(path)).stop()
    await rm(join(path, 'data', 'global'), { recursive: true })
    await expect(start(path)).rejects.toThrow(
      /^Postgres does not start on \S+ \(could not .*global.*\): see \S+postgres\.log, or set SLUICE_DATA to an empty directory/,
    )
    expect(await readLiveProcess(join(path, 'postgres.pid'))).toBeUndefined()
  })

  test('begins again after a first start that was killed half-way', async () => {
    const { path, remove } = await temporaryDirectory()
    atEnd(remove)
    await mkdir(join(path, 'data.new', 'cluster'), { recursive: true })
    await writeFile(join(path, 'data.new', 'cluster', 'PG_VERSION'), '17\n')
    const postgres = await start(path)
    atEnd(postgres.stop)
    expect(await readFile(join(path, 'data', 'PG_VERSION'), 'utf8')).toBe('17\n')
  })
})

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

function start(dataDir: string, port?: number): Promise<Postgres> {
  return startPostgres({ dataDir, progress: () => undefined, ...(port !== undefined && { port }) })
}
