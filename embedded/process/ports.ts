import { createServer } from 'node:net'
import { reasonOf, StartProblem } from '../start-problem.ts'

const HOST = '127.0.0.1'
const PORT_TRIES_MAX = 3

/** @param port 0 asks the system for a free one. Undefined where the port is taken or may not be used. */
export function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, HOST, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}

/** The preferred port if nobody has it, otherwise any free one. */
export async function freePort(preferred = 0): Promise<number> {
  const port = (await tryPort(preferred)) ?? (await tryPort(0))
  if (port === undefined)
    throw new StartProblem('No TCP port is free on 127.0.0.1: stop a program and start again.')
  return port
}

/** The system gives none of these away by chance, to listen or to call from, while somebody who has one is down. */
const QUIET = { from: 12_000, to: 32_000 }
let last = QUIET.from + ((process.pid * 41) % (QUIET.to - QUIET.from))

/** A free port that stays free until it is used, as far as other programs leave it alone. */
export async function quietPort(): Promise<number> {
  for (;;) {
    last = last + 1 < QUIET.to ? last + 1 : QUIET.from
    if ((await tryPort(last)) !== undefined) return last
  }
}

/** @param variable what the person can set to choose another port */
export async function demandPort(port: number, variable: string): Promise<void> {
  if ((await tryPort(port)) !== undefined) return
  throw new StartProblem(
    `Port ${port} is in use or not allowed: stop the program that has it, or set ${variable} to another port.`,
  )
}

/**
 * Starts a server on a port that was free a moment ago. Where another program was faster, a next one is chosen.
 *
 * @param choose gives another port where the last one is taken meanwhile
 */
export async function onFreePort<T>(
  choose: () => Promise<number>,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const port = await choose()
    try {
      return await start(port)
    } catch (error) {
      const lostPort = (await tryPort(port)) === undefined || /address already in use/.test(reasonOf(error))
      if (!lostPort || tries === PORT_TRIES_MAX) throw error
    }
  }
}
