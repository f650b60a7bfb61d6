import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { problemSentence, StartProblem } from '#embedded/start-problem.ts'
import { playMainJob } from './demo/demo-main-job.ts'
import { readConfig } from './start/config.ts'

const PROJECT_DIR = fileURLToPath(new URL('..', import.meta.url))

/** `npm run demo`: plays the main job over the public API of a running `npm start`. */
async function main(): Promise<void> {
  const { port, dataDir } = readConfig(process.env, PROJECT_DIR)
  const apiUrl = `http://127.0.0.1:${port}`
  const isUp = await fetch(`${apiUrl}/health/ready`)
    .then(({ ok }) => ok)
    .catch(() => false)
  if (!isUp)
    throw new StartProblem(
      `Nothing answers at ${apiUrl}: run npm start in another terminal, or set PORT to where it runs.`,
    )
  const login = process.env['SLUICE_ADMIN_LOGIN'] ?? 'admin@sluice.local'
  const password =
    process.env['SLUICE_ADMIN_PASSWORD'] ??
    (await readFile(join(dataDir, 'admin-password'), 'utf8').catch(() => '')).trim()
  if (password === '')
    throw new StartProblem(
      'The administrator’s password is not known: set SLUICE_ADMIN_PASSWORD, or SLUICE_DATA to the folder of the running npm start.',
    )
  await playMainJob({ apiUrl, login, password }, (line) => process.stdout.write(`${line}\n`))
}

await main().catch((error: unknown) => {
  process.stderr.write(`${problemSentence(error)}\n`)
  process.exitCode = 1
})
