import { connect } from '#db/connection.ts'
import { createKeyRing } from '#db/secrets/envelope.ts'
import { rotateSecrets } from '#db/upkeep/rotate-secrets.ts'
import { StartProblem } from '#embedded/start-problem.ts'
import { demandText, urlOf, type Environment } from './start/environment.ts'
import { readKey, readPreviousKey } from './start/messages.ts'

/** `npm run secrets:rotate`: with both keys set, seals with the new one what the old one sealed. */
async function rotate(env: Environment): Promise<void> {
  demandText(env, 'DATABASE_URL', 'to the database’s URL for the runtime role')
  demandText(env, 'SLUICE_SECRET_KEY', 'to the new key')
  demandText(env, 'SLUICE_SECRET_KEY_PREVIOUS', 'to the key that it replaces')
  const url = urlOf(env, 'DATABASE_URL', ['postgres:', 'postgresql:']) ?? ''
  const keyRing = createKeyRing({ current: readKey(env, {}) ?? '', previous: readPreviousKey(env) })
  const db = connect(url, 1)
  try {
    const { platforms, messages, apps } = await rotateSecrets(db, keyRing)
    console.log(
      `Sealed with key ${keyRing.keyId}: ${platforms} platforms, ${messages} messages, ${apps} authenticator apps.`,
    )
  } finally {
    await db.destroy()
  }
}

try {
  await rotate(process.env)
} catch (error) {
  if (!(error instanceof StartProblem)) throw error
  console.error(error.message)
  process.exitCode = 1
}
