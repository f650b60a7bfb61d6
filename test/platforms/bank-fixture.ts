import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'
import type { SimulatedBankOptions } from '#integrations/platforms/simulated/server/server.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'
import { startCallReceiver } from './call-receiver.ts'
import type { CallReceiver } from './call-receiver.ts'
import { startTestBank } from './simulated-harness.ts'
import type { Ask, TestBank } from './simulated-harness.ts'

export const HOUR_MS = 3_600_000

export const PAYOUT = {
  reference: 'w-1',
  amount: '12.50',
  currency: 'EUR',
  creditor: { fullName: 'Ana Lovelace', accountNumber: '0042' },
}

type Line = { readonly kind: string; readonly reference: string; readonly [fact: string]: unknown }

export type BankFixture = {
  readonly ask: Ask
  url(): string
  journalPath(): string
  /** The journal as a checker reads it. */
  journal(): Promise<Line[]>
  restart(options?: Partial<SimulatedBankOptions>): Promise<void>
  receive(answers?: readonly number[]): Promise<CallReceiver>
}

/** A bank with a journal of its own for each test, and receivers of its calls; all end with the test. */
export function useBank(): BankFixture {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>
  let bank: TestBank
  let receivers: CallReceiver[]

  beforeEach(async () => {
    folder = await temporaryDirectory()
    receivers = []
    bank = await startTestBank({ journalPath: journalPath() })
  })
  afterEach(async () => {
    await Promise.all([bank, ...receivers].map((one) => one.stop()))
    await folder.remove()
  })

  function journalPath(): string {
    return join(folder.path, 'journal.jsonl')
  }

  return {
    ask: (method, path, body) => bank.ask(method, path, body),
    url: () => bank.url,
    journalPath,
    async journal() {
      const text = await readFile(journalPath(), 'utf8')
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line)
    },
    async restart(options) {
      await bank.stop()
      bank = await startTestBank({ journalPath: journalPath(), ...options })
    },
    async receive(answers) {
      const receiver = await startCallReceiver(answers)
      receivers.push(receiver)
      return receiver
    },
  }
}
