import { z } from 'zod'
import { takeTry, type CodeRow } from '#db/identity/one-time-codes.ts'
import { matchesHash } from '#db/identity/password-hash.ts'
import { findPersonByLogin, type PersonRow } from '#db/identity/people.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint } from '../../http/endpoint.ts'
import { wrongOtp } from '../registration/wrong-otp.ts'
import { takeAppCode } from '../security/take-app-code.ts'
import { appCodeField } from '../security/totp.ts'
import { authorizationSchema } from './authorization.ts'
import type { Proof } from './issue-token.ts'
import { acceptGuess, demandUnlocked, refuseGuess } from './lock.ts'
import { loginField } from './login-field.ts'
import { signIn } from './sign-in.ts'

export const confirmAuthorization = endpoint({
  method: 'post',
  path: '/authorization/confirm',
  family: 'Authorization',
  summary: 'The second step: give the code and get the access token',
  description:
    'After OTP_SENT the code that was sent (5 tries); after TOTP_REQUIRED the code that the app shows, or one of the recovery codes. Wrong codes are counted with wrong passwords.',
  access: 'public',
  guarded: true,
  body: z.strictObject({ login: loginField, otp: appCodeField }),
  alsoRefuses: [403],
  answers: { 200: { description: 'Signed in', body: authorizationSchema } },
  async handle({ body: { login, otp } }, deps) {
    const guess = { login: login.text }
    await demandUnlocked(deps, guess)
    const waiting = await takeTry(deps.db, { login: login.text, purpose: 'sign_in' }, deps.now())
    const person = await findPersonByLogin(deps.db, login.text)
    const proof = await proofOf(deps, otp, { waiting, person })
    if (!waiting || !person || !proof) throw await refuseGuess(deps, guess, wrongOtp())
    await acceptGuess(deps, guess)
    const body = await signIn(deps, { personId: person.id, projectId: waiting.project_id, proof, waiting })
    return { status: 200, body }
  },
})

type Asked = { readonly waiting: CodeRow | undefined; readonly person: PersonRow | undefined }

/** The slow comparison is made in any case, so that how long it takes tells nothing. */
async function proofOf(deps: ApiDeps, otp: string, { waiting, person }: Asked): Promise<Proof | undefined> {
  const isSentCode = await matchesHash(otp, waiting?.code_hash)
  if (!waiting || !person) return undefined
  if (waiting.step === 'totp') return takeAppCode(deps, person.id, otp)
  return isSentCode ? 'otp' : undefined
}
