import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createAccounts } from './accounts.ts'
import { createBackground } from './background.ts'
import type { Background } from './background.ts'
import { createBank } from './bank.ts'
import { createBookkeeper } from './bookkeeper.ts'
import { createCaller } from './callbacks.ts'
import { createFaultQueue } from './fault-queue.ts'
import { openJournal } from './journal.ts'
import { createRoutes } from './routes.ts'

const HOST = '127.0.0.1'
const FIRST_PAUSE_MS = 1_000

export type SimulatedBankOptions = {
  /** 0 takes a free one. */
  readonly port: number
  /** Undefined keeps the book in memory. */
  readonly journalPath?: string | undefined
  readonly apiKey: string
  readonly callbackSecret: string
  /**
   * Who is called about payouts; about orders it is whoever `PUT /callback` named. Undefined calls nobody; what is owed is
   * called once a bank starts with one on the same journal.
   */
  readonly callbackUrl?: string | undefined
  /** Before the second try of a call; it doubles from there. */
  readonly callbackPauseMs?: number
}

export type SimulatedBank = { readonly url: string; stop(): Promise<void> }

/** @throws where the port is in use, or the journal cannot be read. */
export async function startSimulatedBank(options: SimulatedBankOptions): Promise<SimulatedBank> {
  const { journal, events } = await openJournal(options.journalPath)
  const background = createBackground()
  const server = createServer()

  async function stop(): Promise<void> {
    try {
      await closeServer(server)
      await background.stop()
    } finally {
      await journal.close()
    }
  }

  try {
    const keeper = createBookkeeper({
      journal,
      events,
      background,
      payoutUrl: options.callbackUrl,
      caller: callerOf(options, background),
    })
    const faults = createFaultQueue()
    const parts = { bank: createBank(keeper, faults), accounts: createAccounts(keeper, faults), faults }
    server.on('request', createRoutes(parts, options.apiKey))
    return { url: await listen(server, options.port), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function callerOf(options: SimulatedBankOptions, { stopping }: Background) {
  const { callbackSecret: secret, callbackPauseMs: firstPauseMs = FIRST_PAUSE_MS } = options
  return createCaller({ secret, firstPauseMs, stopping })
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(`the simulated bank cannot listen on ${HOST}:${port}`, { cause })
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the simulated bank has no port')
  return `http://${HOST}:${address.port}`
}

/** Connections on which the bank keeps silent would never close by themselves. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
