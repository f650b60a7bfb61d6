import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { tryPort } from '#embedded/process/ports.ts'
import { startPostgres } from '#embedded/postgres/postgres.ts'
import { readLiveProcess } from '#embedded/process/process-file.ts'
import { temporalAddress } from '#test/support/temporal.ts'
import { freePorts, startProcess, type StartProcess } from '#test/support/start-process.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'

describe('npm start, with nothing set up', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let ports: Awaited<ReturnType<typeof freePorts>>
  let sluice: StartProcess
  beforeAll(async () => {
    directory = await temporaryDirectory()
    ports = await freePorts()
  })
  afterAll(async () => {
    sluice.kill('SIGTERM')
    await sluice.ended
    await directory.remove()
  })

  test('prints where everything is, and a walk-through that works as printed', async () => {
    await start()
    expect(printed('API')).toBe(`http://127.0.0.1:${ports.PORT}`)
    expect(printed('Login')).toBe('admin@sluice.local')
    for (const url of [`${printed('API')}/health/ready`, printed('API docs'), printed('Temporal UI')]) {
      expect([url, (await fetch(url)).status]).toEqual([url, 200])
    }
    const lines = sluice.stdout().split('Try it:')[1]?.split('Ctrl-C stops')[0] ?? ''
    const { stdout } = await run('/bin/sh', ['-euc', `${lines}\necho "withdrawal $WITHDRAWAL of $COIN"`])
    expect(stdout).toMatch(/^withdrawal \d+ of \S+$/m)
    expect(stdout).not.toMatch(/"code":"(?!EUR")/)
  })

  test('refuses a second start on the same data, which does no harm to the first', async () => {
    const second = startProcess({ ...ports, SLUICE_DATA: directory.path })
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toBe(
      `Sluice already runs on ${directory.path} (process ${sluice.pid}): stop it first, or set SLUICE_DATA to another directory.\n`,
    )
    expect((await fetch(`${printed('API')}/health/live`)).status).toBe(200)
  })

  test('starts again after it was killed, with the same administrator', async () => {
    const password = printed('Password')
    sluice.kill('SIGKILL')
    await sluice.ended
    expect(await serverPid('postgres')).toBeDefined()
    await start()
    expect(printed('Password')).toBe(password)
  })

  test('stops everything when one of its servers dies, and says which', async () => {
    const pid = await serverPid('temporal')
    // Process id 0 would stand for this test and everything around it.
    if (!pid) throw new Error('Temporal does not run.')
    process.kill(pid, 'SIGKILL')
    expect(await sluice.ended).toBe(1)
    expect(sluice.stderr()).toMatch(
      /^Temporal has stopped by itself: see \S+temporal\.log, then start again\.\n$/,
    )
    await expectNothingLeft()
  })

  test('stops in order at Ctrl-C, which npm passes on twice, and leaves nothing running', async () => {
    await start()
    sluice.kill('SIGINT')
    await sluice.until(`Stopping ${STOP_ORDER[0]}.`)
    sluice.kill('SIGINT')
    expect(await sluice.ended).toBe(0)
    expect(sluice.stderr()).toBe('')
    const stopped = [...sluice.stdout().matchAll(/^Stopping (.+)\.$/gm)].map(([, name]) => name)
    expect(stopped).toEqual(STOP_ORDER)
    await expectNothingLeft()
  })

  test('stops cleanly when it is interrupted while it still starts', async () => {
    sluice = startProcess({ ...ports, SLUICE_DATA: directory.path })
    await sluice.until('Starting Temporal.')
    sluice.kill('SIGTERM')
    expect([await sluice.ended, sluice.stderr()]).toEqual([0, ''])
    await expectNothingLeft()
  })

  async function start(): Promise<void> {
    sluice = startProcess({ ...ports, SLUICE_DATA: directory.path })
    await sluice.until('Ctrl-C stops')
    expect(sluice.stderr()).toBe('')
    expect(sluice.stdout()).toContain(RUNS)
  }

  function printed(label: string): string {
    return new RegExp(`^  ${label} +(\\S+)$`, 'm').exec(sluice.stdout())?.[1] ?? ''
  }

  function serverPid(name: 'postgres' | 'temporal'): Promise<number | undefined> {
    return readLiveProcess(join(directory.path, name, `${name}.pid`))
  }

  async function expectNothingLeft(): Promise<void> {
    expect([await serverPid('postgres'), await serverPid('temporal')]).toEqual([undefined, undefined])
    for (const port of Object.values(ports)) expect(await tryPort(Number(port))).toBe(Number(port))
  }
})

describe('npm start that cannot go on says what to do in one sentence, and leaves nothing running:', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  beforeEach(async () => {
    directory = await temporaryDirectory()
  })
  afterEach(() => directory.remove())

  test('a variable with a bad value', async () => {
    expect(await failure({ PORT: 'http' })).toBe('PORT must be a port, a whole number from 1 to 65535.\n')
  })

  test('a port that is in use', async () => {
    const port = new URL(process.env['TEST_APP_URL'] ?? '').port
    expect(await failure({ PORT: port })).toBe(
      `Port ${port} is in use or not allowed: stop the program that has it, or set PORT to another port.\n`,
    )
  })

  test('a database that does not answer', async () => {
    const DATABASE_URL = 'postgres://app:secret@127.0.0.1:1/sluice'
    const administrator = { SLUICE_ADMIN_LOGIN: 'me@example.com', SLUICE_ADMIN_PASSWORD: 'Correct#Horse7' }
    expect(await failure({ DATABASE_URL, ...administrator })).toBe(
      'DATABASE_URL cannot be used (connect ECONNREFUSED 127.0.0.1:1): start that database or correct the variable.\n',
    )
  })

  test('a cluster that does not answer', async () => {
    expect(await failure({ TEMPORAL_ADDRESS: '127.0.0.1:1' })).toMatch(
      /^TEMPORAL_ADDRESS 127\.0\.0\.1:1 does not answer \(.+\): start that cluster or correct the variable\.\n$/,
    )
  })

  test('a data directory with a database of migrations from before 0.1.0, which stays as it is', async () => {
    const dataDir = join(directory.path, 'postgres')
    await onPostgres(dataDir, (client) =>
      client.query(`create table schema_migrations (name text primary key, sha256 text not null);
        insert into schema_migrations values ('0001-tenancy.sql', '1'), ('0005-apply-steps.sql', '2')`),
    )
    expect(await failure({ TEMPORAL_ADDRESS: temporalAddress() })).toBe(
      `The data folder ${directory.path} holds a database that was made by migrations from before 0.1.0 ` +
        '(0001-tenancy.sql … 0005-apply-steps.sql): go on with the version that made it, or move the folder away or set ' +
        'SLUICE_DATA to another directory, and Sluice begins with an empty database. Nothing was changed or deleted.\n',
    )
    const tables = `select string_agg(relname, ', ') as left from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace`
    const { rows } = await onPostgres(dataDir, (client) => client.query(tables))
    expect(rows).toEqual([{ left: 'schema_migrations' }])
  })

  test('a data directory that is a file', async () => {
    const file = join(directory.path, 'file')
    await writeFile(file, 'mine')
    expect(await failure({ SLUICE_DATA: file })).toBe(
      `SLUICE_DATA must be a directory that can be written (EEXIST for ${file}).\n`,
    )
    expect(await readFile(file, 'utf8')).toBe('mine')
  })

  async function failure(env: Record<string, string>): Promise<string> {
    const ended = startProcess({ ...(await freePorts()), SLUICE_DATA: directory.path, ...env })
    expect(await ended.ended).toBe(1)
    expect(await readLiveProcess(join(directory.path, 'postgres', 'postgres.pid'))).toBeUndefined()
    return ended.stderr()
  }
})

async function onPostgres<Told>(dataDir: string, ask: (client: Client) => Promise<Told>): Promise<Told> {
  const postgres = await startPostgres({ dataDir, progress: () => undefined })
  const client = new Client({ connectionString: postgres.ownerUrl })
  try {
    await client.connect()
    return await ask(client)
  } finally {
    await client.end()
    await postgres.stop()
  }
}

const run = promisify(execFile)

const RUNS = 'Sluice runs.'
const STOP_ORDER = ['the API', 'the worker', 'the simulated bank', 'Temporal', 'Postgres']
