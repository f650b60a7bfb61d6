import { Client, Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import { ensureNamespace } from '#embedded/temporal/namespace.ts'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { startTemporal, type Temporal } from '#embedded/temporal/temporal.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { newTaskQueue, temporalAddress } from '#test/support/temporal.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'

describe('the namespace', () => {
  let connection: Connection
  beforeAll(async () => {
    connection = await Connection.connect({ address: temporalAddress() })
  })
  afterAll(() => connection.close())

  test('remembers closed workflows for 90 days and knows our search attributes', async () => {
    expect(await retentionDays(connection, 'default')).toBe(90)
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    })
    const { INDEXED_VALUE_TYPE_KEYWORD: keyword, INDEXED_VALUE_TYPE_BOOL: bool } =
      proto.temporal.api.enums.v1.IndexedValueType
    expect(customAttributes).toMatchObject({
      SluiceKind: keyword,
      SluicePlatform: keyword,
      SluiceProject: keyword,
      SluiceNeedsAttention: bool,
    })
  })

  test('may be prepared again, by several at once', async () => {
    const again = Array.from({ length: 3 }, () => ensureNamespace(connection, 'default'))
    await expect(Promise.all(again)).resolves.toBeDefined()
  })

  test('is made where it is missing', async () => {
    const namespace = newTaskQueue('namespace')
    await ensureNamespace(connection, namespace)
    expect(await retentionDays(connection, namespace)).toBe(90)
  })
})

async function withClient<T>(temporal: Temporal, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address })
  try {
    return await work(new Client({ connection }))
  } finally {
    await connection.close()
  }
}

describe('embedded Temporal', () => {
  const atEnd = cleanup()
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let binary: string
  beforeAll(async () => {
    directory = await temporaryDirectory()
    binary = await findTemporalBinary({ env: process.env, progress: () => undefined })
  })
  afterAll(() => directory.remove())

  test('goes on with the workflows of the last run, at the same address, also after a kill', async () => {
    const first = await start()
    atEnd(first.stop)
    const options = { workflowId: 'kept', taskQueue: newTaskQueue() }
    await withClient(first, (client) => client.workflow.start('anything', options))
    await first.stop()

    const second = await start()
    atEnd(second.stop)
    expect(second.address).toBe(first.address)
    second.kill()
    await second.exited

    const third = await start()
    atEnd(third.stop)
    const { status } = await withClient(third, (client) => client.workflow.getHandle('kept').describe())
    expect(status.name).toBe('RUNNING')
  })

  test('says why it does not start, and leaves nothing running', async () => {
    const { path, remove } = await temporaryDirectory()
    atEnd(remove)
    const starting = startTemporal({ binary: '/bin/false', dataDir: path, progress: () => undefined })
    await expect(starting).rejects.toThrow(
      /^Temporal does not start \(.+\): see \S+temporal\.log, or set SLUICE_DATA/,
    )
  })

  function start(): Promise<Temporal> {
    return startTemporal({ binary, dataDir: directory.path, progress: () => undefined })
  }
})

const DAY_S = 86_400

async function retentionDays(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace })
  return Number(config?.workflowExecutionRetentionTtl?.seconds) / DAY_S
}
