import { Problem } from '../../http/problem.ts'

/** One answer for a code that is wrong, expired, used, replaced, out of tries, or was never sent. */
export function wrongOtp(): Problem {
  return new Problem(400, 'wrong_otp', {
    detail: 'The code is wrong, or no longer valid. Ask for a new one.',
    errors: [{ parameter: 'otp', message: 'is wrong or no longer valid' }],
  })
}
