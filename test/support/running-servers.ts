import { startServers, type Servers } from './servers.ts'
import { createTemplate } from './template.ts'

let running: Servers | undefined

/** Starts the servers and tells every test, through the environment, where they are. */
export async function startRun(): Promise<void> {
  const servers = await startServers()
  running = servers
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt(signal))
  try {
    await createTemplate(servers.ownerUrl)
  } catch (error) {
    // A setup that fails is not followed by the teardown.
    await stopRun()
    throw error
  }
  process.env['TEST_OWNER_URL'] = servers.ownerUrl
  process.env['TEST_APP_URL'] = servers.appUrl
  process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress
}

export async function stopRun(): Promise<void> {
  const servers = running
  running = undefined
  await servers?.stop()
}

function interrupt(signal: NodeJS.Signals): void {
  running?.kill()
  process.kill(process.pid, signal)
}
