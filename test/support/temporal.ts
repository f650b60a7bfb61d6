import { randomUUID } from 'node:crypto'
import { demandVariable } from './demand-variable.ts'

export function temporalAddress(): string {
  return demandVariable('TEST_TEMPORAL_ADDRESS')
}

/** One per test, or two tests' workers would take each other's tasks. */
export function newTaskQueue(name = 'test'): string {
  return `${name}-${randomUUID()}`
}
