import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { inProject } from '#db/connection.ts'
import type { Part } from '../part.ts'
import { startBenchEngine, type BenchEngine } from '../engine/start.ts'
import type { Measured, Row, Stage } from '../row.ts'
import { openPlainTable, type PlainTable } from './plain-table.ts'

const ACCOUNTS = 100_000
const WARM_UP_ACCOUNTS = 2_000
const OWNERS = 1_000
const TYPE = 'business'
const LOOK_EVERY_MS = 20
const MEBIBYTE = 2 ** 20
const MODES = ['good_rows_only', 'all_or_nothing'] as const

export const IMPORT_ROWS: readonly Row[] = [
  {
    name: 'import of 100,000 accounts',
    what: 'POST /imports, PUT of a CSV of 100,000 accounts of 1,000 clients, until its state is complete: staged, judged, made, in the audit trail; rows per second',
    bareLimit:
      'COPY of the same accounts into a table with the same columns and indexes, without foreign keys',
    bound: { kind: 'at_least', ratio: 0.2 },
    needs: 'temporal',
    run: measureImports,
  },
]

/** Each in one go, so seconds per side say nothing here; both tables grow alike. */
async function measureImports(stage: Stage): Promise<Measured[]> {
  const engine = await startBenchEngine(stage)
  const plain = await openPlainTable(stage)
  try {
    const rows = await makeRows(engine)
    const count = Math.ceil(ACCOUNTS * stage.scale)
    const figures: Measured[] = []
    for (const mode of MODES) {
      const measure = { product: importInto(engine, rows, mode), bare: copyInto(plain, rows) }
      for (const side of ['bare', 'product'] as const) await measure[side](WARM_UP_ACCOUNTS)
      const before = await memoryOf(engine)
      const measured = { product: [] as number[], bare: [] as number[] }
      for (let round = 0; round < stage.rounds; round += 1) {
        const order = round % 2 === 0 ? (['bare', 'product'] as const) : (['product', 'bare'] as const)
        for (const side of order) measured[side].push(await measure[side](count))
        stage.progress(
          `  ${mode}, round ${round + 1}: ${Math.round(measured.product[round] ?? 0)} to ${Math.round(measured.bare[round] ?? 0)}`,
        )
      }
      const after = await memoryOf(engine)
      const notes = [`resident before and after, MiB: ${grown(before, after)}`]
      figures.push({ part: mode.replaceAll('_', ' '), unit: '1/s', ...measured, notes })
    }
    return figures
  } finally {
    await plain.close()
    await engine.stop()
  }
}

type Rows = { readonly projectId: string; readonly by: string; readonly owners: readonly string[] }

async function makeRows({ world }: BenchEngine): Promise<Rows> {
  const { projectId } = world
  const clients = await world.addClients(OWNERS, 0n)
  await inProject(world.db, projectId, async (trx) => {
    const item = { id: 'cfg_bench', project_id: projectId, section: 'account_types', details: '{}' }
    await trx('configuration_items').insert({ ...item, label: TYPE, name: 'Business' })
  })
  return { projectId, by: world.accountant.id, owners: clients.map(({ organization }) => organization) }
}

let files = 0

/** Of a file that was never there before. */
function linesOf({ owners }: Rows, count: number): { externalId: string; owner: string }[] {
  files += 1
  return Array.from({ length: count }, (_, n) => ({
    externalId: `crm-${files}-${n}`,
    owner: owners[n % owners.length] ?? '',
  }))
}

function importInto(engine: BenchEngine, rows: Rows, mode: string) {
  const by = engine.world.accountant
  const info = async (id: string) =>
    JSON.parse((await engine.call(by, `/imports/${id}`)).text) as { state: string; applied: number }
  return async (count: number): Promise<number> => {
    const lines = linesOf(rows, count).map(({ externalId, owner }) => `${externalId},${TYPE},${owner},true`)
    const body = `externalId,type,owner,active\n${lines.join('\n')}\n`
    const began = performance.now()
    const asked = await engine.call(by, '/imports', {
      method: 'POST',
      body: JSON.stringify({ kind: 'accounts', format: 'csv', mode }),
      headers: { 'content-type': 'application/json' },
    })
    const { id } = JSON.parse(asked.text) as { id: string }
    const csv = { 'content-type': 'text/csv' }
    await engine.call(by, `/imports/${id}/file`, { method: 'PUT', body, headers: csv })
    for (;;) {
      const now = await info(id)
      if (now.state === 'complete' && now.applied === count) break
      if (['complete', 'refused'].includes(now.state)) throw new Error(`an import is ${JSON.stringify(now)}`)
      await pause(LOOK_EVERY_MS)
    }
    return count / ((performance.now() - began) / 1_000)
  }
}

function copyInto(plain: PlainTable, rows: Rows) {
  return async (count: number): Promise<number> => {
    const lines = linesOf(rows, count).map((line) => ({ ...line, ...rows, type: TYPE }))
    return count / (await plain.copy(lines))
  }
}

async function memoryOf(engine: BenchEngine): Promise<Record<string, number>> {
  const parts: Readonly<Record<string, Part<unknown> | undefined>> = {
    API: engine.api,
    worker: engine.worker,
  }
  const sizes = Object.entries(parts).map(
    async ([name, part]) => [name, ((await part?.memory()) ?? 0) / MEBIBYTE] as const,
  )
  return Object.fromEntries(await Promise.all(sizes))
}

function grown(before: Record<string, number>, after: Record<string, number>): string {
  const each = Object.entries(before).map(
    ([name, size]) => `${name} ${Math.round(size)} and ${Math.round(after[name] ?? 0)}`,
  )
  return each.join(', ')
}
