import { ApplicationFailure, CancelledFailure, type Context } from '@temporalio/activity'
import type { ActivityInterceptors } from '@temporalio/worker'
import type { Logger } from 'pino'
import { describeError } from '#domain/describe-error.ts'

/**
 * What an activity throws is kept in the history, and shown while it is tried again. Words of ours may stand there; those of a
 * database or a library quote what they stumbled over, so only what the error is and where it came from goes on.
 */
export function wordless(logger: Logger): (context: Context) => ActivityInterceptors {
  return ({ info: { activityType, workflowExecution } }) => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input)
        } catch (error) {
          if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error
          const description = describeError(error)
          logger.warn(
            { workflowId: workflowExecution?.workflowId, activityType, error: description },
            'an activity failed',
          )
          const { name, code, constraint, at } = description
          const message = [name, code, constraint].filter((part) => part !== undefined).join(' ')
          throw ApplicationFailure.create({ message, type: name, details: [{ at }] })
        }
      },
    },
  })
}
