import { startEngine, type Engine } from '#test/support/engine.ts'
import { startRun, stopRun } from '#test/support/servers.ts'
import { handleOf } from './by-hand.ts'
import { historyToJson, writeHistories, type Json } from './history-file.ts'
import { normalise } from './normalise.ts'
import type { Path } from './path.ts'
import { PATHS } from './paths.ts'

// Plays every path for real, over the public API, with a worker, Temporal, Postgres and the simulated bank of its own,
// and writes down the histories of the closed workflows.

async function record(engine: Engine, play: Path): Promise<Json> {
  const handle = handleOf(engine, await play(engine))
  await handle.result()
  return normalise(historyToJson(await handle.fetchHistory()))
}

await startRun()
try {
  const engine = await startEngine()
  try {
    const histories = new Map<string, Json>()
    for (const [name, play] of Object.entries(PATHS)) {
      process.stdout.write(`${name}\n`)
      histories.set(name, await record(engine, play))
    }
    await writeHistories(histories)
  } finally {
    await engine.stop()
  }
} finally {
  await stopRun()
}
