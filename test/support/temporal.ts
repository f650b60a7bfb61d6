import { randomUUID } from 'node:crypto'
import { Connection } from '@temporalio/client'
import type { WorkflowBundleOption } from '@temporalio/worker'
import { ensureNamespace } from '#embedded/temporal/namespace.ts'
import { demandVariable } from './demand-variable.ts'

export function temporalAddress(): string {
  return demandVariable('TEST_TEMPORAL_ADDRESS')
}

/** One per test, or two tests' workers would take each other's tasks. */
export function newTaskQueue(name = 'test'): string {
  return `${name}-${randomUUID()}`
}

/** A namespace of one's own on the run's server: workflows, schedules and queues of other files do not stand in it. */
export async function createNamespace(address = temporalAddress()): Promise<string> {
  const namespace = `test-${randomUUID()}`
  const connection = await Connection.connect({ address })
  try {
    await ensureNamespace(connection, namespace)
    return namespace
  } finally {
    await connection.close()
  }
}

/** The workflows as the run has bundled them, for every worker of its tests. */
export function workflowBundle(): WorkflowBundleOption {
  return { codePath: demandVariable('TEST_WORKFLOW_BUNDLE') }
}
