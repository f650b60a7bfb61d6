import { Shutdown } from '#cli/start/shutdown.ts'

describe('a shutdown', () => {
  let happened: string[]
  beforeEach(() => {
    happened = []
  })

  test('stops the last started first, each after the other has ended', async () => {
    const shutdown = new Shutdown()
    for (const name of ['Postgres', 'Temporal', 'the API']) shutdown.add(part(name))
    expect(await shutdown.run((line) => happened.push(line))).toEqual([])
    expect(happened).toEqual([
      'Stopping the API.',
      'the API stopped',
      'Stopping Temporal.',
      'Temporal stopped',
      'Stopping Postgres.',
      'Postgres stopped',
    ])
  })

  test('goes on after a part that fails to stop, and tells of it', async () => {
    const shutdown = new Shutdown()
    shutdown.add(part('Postgres'))
    shutdown.add(part('the worker', () => Promise.reject(new Error('stuck'))))
    expect(await shutdown.run(() => undefined)).toEqual(['the worker did not stop cleanly: stuck'])
    expect(happened).toEqual(['Postgres stopped'])
  })

  test('forces what has not stopped yet, the part that hangs included', async () => {
    const shutdown = new Shutdown()
    shutdown.add(part('Postgres'))
    shutdown.add(part('Temporal', () => new Promise<void>(() => undefined)))
    shutdown.add(part('the API'))
    void shutdown.run(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    shutdown.kill()
    expect(happened).toEqual(['the API stopped', 'Postgres killed', 'Temporal killed'])
  })

  function part(name: string, stop = Promise.resolve.bind(Promise)) {
    return {
      name,
      async stop() {
        await stop()
        happened.push(`${name} stopped`)
      },
      kill: () => happened.push(`${name} killed`),
    }
  }
})
