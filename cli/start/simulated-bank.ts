import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { demandPort } from '#embedded/process/ports.ts'
import { keptText } from '#embedded/process/private-file.ts'
import { startSimulatedBank } from '#integrations/platforms/simulated/server/server.ts'
import type { Config, OutsideBank } from './config.ts'
import { textOf } from './environment.ts'

/** Where the API takes the calls of platforms. */
const CALLBACK_PATH = '/api/v1/platform-calls/simulated'

export type EmbeddedBank = OutsideBank & {
  /** Where its key is to be found, never the key. */
  readonly keyIsIn: string
  readonly stop: () => Promise<void>
}

const KEY_FILE = 'bank-key'

/** The simulated bank on this machine, with its book in the data directory and secrets made at the first start. */
export async function startEmbeddedBank(
  { env, dataDir, port }: Config,
  bankPort: number,
): Promise<EmbeddedBank> {
  await demandPort(bankPort, 'SIMULATED_BANK_PORT')
  const apiKey = textOf(env, 'SIMULATED_BANK_KEY') ?? (await keptSecret(dataDir, KEY_FILE))
  const callbackSecret =
    textOf(env, 'SIMULATED_BANK_CALLBACK_SECRET') ?? (await keptSecret(dataDir, 'bank-callback-secret'))
  const bank = await startSimulatedBank({
    port: bankPort,
    journalPath: join(dataDir, 'simulated-bank.journal'),
    apiKey,
    callbackSecret,
    callbackUrl: `http://127.0.0.1:${port}${CALLBACK_PATH}`,
  })
  const keyIsIn = textOf(env, 'SIMULATED_BANK_KEY') ? 'SIMULATED_BANK_KEY' : join(dataDir, KEY_FILE)
  return { url: bank.url, apiKey, callbackSecret, keyIsIn, stop: () => bank.stop() }
}

function keptSecret(dataDir: string, name: string): Promise<string> {
  return keptText(join(dataDir, name), () => randomBytes(24).toString('base64url'))
}
