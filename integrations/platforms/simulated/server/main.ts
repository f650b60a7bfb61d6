import { startSimulatedBank } from './server.ts'

const PORT_DEFAULT = 4010

/** @throws naming the variable, never its value. */
function demand(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} must be set`)
  return value
}

const port = Number(process.env['SIMULATED_BANK_PORT'] ?? PORT_DEFAULT)
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new Error('SIMULATED_BANK_PORT must be a port')

const bank = await startSimulatedBank({
  port,
  apiKey: demand('SIMULATED_BANK_KEY'),
  callbackSecret: demand('SIMULATED_BANK_CALLBACK_SECRET'),
  callbackUrl: process.env['SIMULATED_BANK_CALLBACK_URL'],
  journalPath: process.env['SIMULATED_BANK_JOURNAL'],
})
process.stdout.write(`The simulated platform listens on ${bank.url}; how to use it is said there\n`)

const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
})
await stopped
await bank.stop()
