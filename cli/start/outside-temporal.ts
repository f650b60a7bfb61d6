import { Connection } from '@temporalio/client'
import { reasonOf, StartProblem } from '#embedded/start-problem.ts'
import { ensureNamespace } from '#embedded/temporal/namespace.ts'
import type { TemporalTarget } from './config.ts'

const CONNECT_WITHIN_MS = 5_000

/** Looks at a cluster that we did not start, and gives its namespace what workflows rely on. */
export async function prepareOutsideTemporal({
  address,
  namespace,
  tls,
  apiKey,
}: TemporalTarget): Promise<void> {
  const options = {
    address,
    connectTimeout: CONNECT_WITHIN_MS,
    ...(tls && { tls }),
    ...(apiKey !== undefined && { apiKey }),
  }
  const connection = await Connection.connect(options).catch((error: unknown) => {
    throw new StartProblem(
      `TEMPORAL_ADDRESS ${address} does not answer (${reasonOf(error)}): start that cluster or correct the variable.`,
    )
  })
  try {
    await ensureNamespace(connection, namespace)
  } finally {
    await connection.close()
  }
}
