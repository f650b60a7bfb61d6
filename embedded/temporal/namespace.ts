import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, isGrpcServiceError } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import proto from '@temporalio/proto'

const { IndexedValueType } = proto.temporal.api.enums.v1

/** What operators filter by in the Temporal UI. */
const SEARCH_ATTRIBUTES = {
  SluiceKind: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluicePlatform: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluiceProject: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SluiceNeedsAttention: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}

/** Closed workflows stay readable, and their ids taken, at least this long; a longer choice of the operator stands. */
const RETENTION_FLOOR_S = 30 * 86_400
const RETENTION = msToTs('90 days')

const VISIBLE_WITHIN_MS = 30_000
const POLL_MS = 250

const NOT_FOUND = 5
const ALREADY_EXISTS = 6
const PERMISSION_DENIED = 7
const UNIMPLEMENTED = 12

/** Brings the namespace to what workflows rely on: it exists, remembers long enough and knows our search attributes. */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<void> {
  await ensureRetention(connection, namespace)
  const known = await knownAttributes(connection, namespace).catch(
    whereNotOurs(Object.keys(SEARCH_ATTRIBUTES)),
  )
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !known.includes(name))
  if (missing.length === 0) return
  await connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) })
    .catch(whereNotOurs({}, ALREADY_EXISTS))
}

/** A namespace that was just made is unknown to the servers until they read their list again. */
async function knownAttributes(connection: Connection, namespace: string): Promise<string[]> {
  for (const deadline = Date.now() + VISIBLE_WITHIN_MS; ; await sleep(POLL_MS)) {
    try {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
      return Object.keys(customAttributes)
    } catch (error) {
      if (!hasStatus(error, [NOT_FOUND]) || Date.now() > deadline) throw error
    }
  }
}

async function ensureRetention(connection: Connection, namespace: string): Promise<void> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace })
    const currentS = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0)
    if (currentS >= RETENTION_FLOOR_S) return
    const raised = { namespace, config: { workflowExecutionRetentionTtl: RETENTION } }
    await connection.workflowService.updateNamespace(raised).catch(whereNotOurs({}))
  } catch (error) {
    if (!hasStatus(error, [NOT_FOUND])) throw error
    await connection.workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: RETENTION })
      .catch(whereNotOurs({}, ALREADY_EXISTS))
  }
}

/** A hosted cluster keeps these settings to its own console: then they are the operator's, and so is their absence. */
function whereNotOurs<T>(instead: T, ...alsoFine: number[]): (error: unknown) => T {
  return (error) => {
    if (hasStatus(error, [PERMISSION_DENIED, UNIMPLEMENTED, ...alsoFine])) return instead
    throw error
  }
}

function hasStatus(error: unknown, statuses: readonly number[]): boolean {
  return isGrpcServiceError(error) && statuses.includes(error.code)
}
