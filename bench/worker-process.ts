import { startWorker } from '#workers/main.ts'
import type { WorkerConfig } from '#workers/config.ts'
import { startBareWorker } from './bare/worker.ts'
import { readArgument, sayUp } from './part-side.ts'

// The product's worker, and in the same process the bare one with the same options.
const config = readArgument() as WorkerConfig
await startWorker(config)
await startBareWorker(config.temporal)
sayUp({})
