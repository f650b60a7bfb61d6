import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { performance } from 'node:perf_hooks'
import { asyncLocalStorage } from '@temporalio/activity'
import { startPostgres } from '#embedded/postgres.ts'
import { migrate } from '#db/migrate.ts'
import { makeWorld } from '#bench/world.ts'
import { inProject } from '#db/connection.ts'
import { addImport, changeImport, findImport } from '#db/imports.ts'
import { storeFile } from '#api/imports/store-file.ts'
import { newId, newUuid } from '#domain/ids.ts'
import { validateImport } from '#activities/validate-import.ts'
import { applyImport } from '#activities/apply-import.ts'
const dir = await mkdtemp(join(tmpdir(), 'prof-'))
const pg = await startPostgres({ dataDir: join(dir, 'postgres'), progress: () => undefined })
try {
  await migrate({ ownerUrl: pg.ownerUrl, runtimeRole: 'sluice_app' })
  const world = await makeWorld({ appUrl: pg.appUrl, ownerUrl: pg.ownerUrl })
  const clients = await world.addClients(200, 0n)
  const fresh = (p: string) => newId(p, Date.now(), randomBytes(16))
  await inProject(world.db, world.projectId, (trx) =>
    trx('configuration_items').insert({
      id: 'c',
      project_id: world.projectId,
      section: 'account_types',
      details: '{}',
      label: 'business',
      name: 'x',
    }),
  )
  const times = new Map<string, number>()
  const began = new Map<string, number>()
  world.db.on('query', (q: any) => began.set(q.__knexQueryUid, performance.now()))
  world.db.on('query-response', (_r: any, q: any) => {
    const k = q.sql.replace(/\s+/g, ' ').slice(0, 70)
    times.set(k, (times.get(k) ?? 0) + performance.now() - (began.get(q.__knexQueryUid) ?? 0))
  })
  for (const mode of ['good_rows_only', 'all_or_nothing'] as const) {
    const id = fresh('imp')
    const job = await inProject(world.db, world.projectId, (trx) =>
      addImport(trx, {
        id,
        project_id: world.projectId,
        asked_by: world.accountant.id,
        kind: 'accounts',
        format: 'csv',
        mode,
      }),
    )
    const N = 20000
    const body =
      'externalId,type,owner,active\n' +
      Array.from(
        { length: N },
        (_, n) => `${mode}-${n},business,${clients[n % 200]?.organization},true\n`,
      ).join('')
    const lap = async (what: string, f: () => Promise<unknown>) => {
      const t = performance.now()
      const c = process.cpuUsage()
      await f()
      const d = process.cpuUsage(c)
      console.log(
        mode,
        what,
        Math.round(performance.now() - t),
        'ms, node cpu',
        Math.round((d.user + d.system) / 1000),
      )
      console.log(
        [...times]
          .sort((a, b) => b[1] - a[1])
          .slice(0, 7)
          .map(([k, v]) => `   ${Math.round(v)} ${k}`)
          .join('\n'),
      )
      times.clear()
    }
    await lap('store', async () => {
      const s = await storeFile(world.db, job, { upload: 'u', stream: Readable.from([Buffer.from(body)]) })
      await inProject(world.db, world.projectId, (trx) =>
        changeImport(trx, id, { state: 'validating', upload: 'u', page_count: s.pages, row_count: s.rows }),
      )
    })
    const deps = { db: world.db, newId: fresh as never, newUuid: () => newUuid(randomBytes(16)) }
    const inCtx = (f: () => Promise<unknown>) => asyncLocalStorage.run({ heartbeat() {} } as never, f)
    await lap('validate', () => inCtx(() => validateImport(deps)({ job: id })))
    await lap('apply', () => inCtx(() => applyImport(deps)({ job: id })))
    console.log((await inProject(world.db, world.projectId, (trx) => findImport(trx, id)))?.applied)
  }
  await world.close()
} finally {
  await pg.stop()
  await rm(dir, { recursive: true, force: true })
}
