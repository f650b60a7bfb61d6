import { demandPort, freePort, onFreePort } from '#embedded/process/ports.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { occupiedPort } from '#test/support/occupied-port.ts'

describe('ports', () => {
  const atEnd = cleanup()

  test('are chosen as preferred, unless somebody has that one', async () => {
    const { port, release } = await occupiedPort()
    expect(await freePort(port)).not.toBe(port)
    await release()
    expect(await freePort(port)).toBe(port)
  })

  test('that are in use are named with the variable that changes them', async () => {
    const { port, release } = await occupiedPort()
    atEnd(release)
    await expect(demandPort(port, 'PORT')).rejects.toThrow(
      `Port ${port} is in use or not allowed: stop the program that has it, or set PORT to another port.`,
    )
  })

  test('that are lost between choice and use are chosen anew', async () => {
    const lost = await occupiedPort()
    atEnd(lost.release)
    const ports = [lost.port, await freePort()]
    const started = onFreePort(
      async () => ports.shift() ?? 0,
      async (port) => {
        if (port === lost.port) throw new Error('could not bind')
        return port
      },
    )
    expect(await started).not.toBe(lost.port)
  })

  test('are not tried again where something else is wrong', async () => {
    const tried: number[] = []
    const starting = onFreePort(freePort, async (port) => {
      tried.push(port)
      throw new Error('disk full')
    })
    await expect(starting).rejects.toThrow('disk full')
    expect(tried).toHaveLength(1)
  })
})
