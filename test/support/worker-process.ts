import { startWorker } from '#workers/main.ts'
import type { WorkerConfig } from '#workers/config.ts'
import { workflowBundle } from './temporal.ts'

// A worker in a process of its own, so that a test can kill it. Its settings come as one JSON argument.
const worker = await startWorker(JSON.parse(process.argv[2] ?? '{}') as WorkerConfig, workflowBundle())
process.once('SIGTERM', () => {
  void worker.stop().then(() => process.exit(0))
})
process.stdout.write('worker is up\n')
