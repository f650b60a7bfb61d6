import { DefaultLogger, Runtime } from '@temporalio/worker'
import type { Logger } from 'pino'
import { describeError } from '#domain/describe-error.ts'

let isInstalled = false

/** Workers of a platform's queue run activities only, and the SDK warns of it. */
const MEANT_SO = 'No workflows registered'

const PINO_LEVEL = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const

/** One per process. Signals are ours to handle: the order in which parts stop matters. */
export function installRuntime(logger: Logger): void {
  if (isInstalled) return
  isInstalled = true
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('DEBUG', ({ level, message, meta }) => {
      if (message.startsWith(MEANT_SO)) return
      // Meta may carry failures with texts of others; names and ids are enough to find the workflow.
      const { workflowId, runId, activityType, taskQueue } = meta ?? {}
      logger[PINO_LEVEL[level]](
        {
          workflowId,
          runId,
          activityType,
          taskQueue,
          error: meta?.['error'] === undefined ? undefined : describeError(meta['error']),
        },
        message,
      )
    }),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  })
}
