import { randomInt } from 'node:crypto'
import type { Database } from '#db/connection.ts'
import type { Answer, Call } from './api.ts'

/** Codes that no other test uses. */
export function freshCode(length = 6): string {
  return Array.from({ length }, () => String.fromCharCode(65 + randomInt(26))).join('')
}

/** In the form of a real one, of a bank in Germany. */
export function freshBic(): string {
  return `${freshCode(4)}DE${freshCode(2)}`
}

export function postCurrency(call: Call, token: string, more: object = {}): Promise<Answer> {
  const code = freshCode()
  const body = { code, digitalCode: '999', symbol: '¤', name: `Currency ${code}`, ...more }
  return call('POST', '/currencies', { token, body })
}

export function postIssuer(call: Call, token: string, more: object = {}): Promise<Answer> {
  return call('POST', '/issuers', { token, body: { snPrefix: freshCode(), name: 'An issue', ...more } })
}

export function postBank(call: Call, token: string, more: object = {}): Promise<Answer> {
  const body = { name: 'First Bank', bic: freshBic(), swift: freshBic(), ...more }
  return call('POST', '/bank-catalog', { token, body })
}

export async function addBank(call: Call, token: string, more: object = {}): Promise<{ bankId: string }> {
  return { bankId: (await postBank(call, token, more)).text('bankId') }
}

/** A currency with one issuer of it, for coins to be opened in. */
export async function addIssuer(
  call: Call,
  token: string,
  currency: object = {},
): Promise<{ issuerId: string; currencyId: string; code: string; snPrefix: string }> {
  const created = await postCurrency(call, token, currency)
  const code = created.text('code')
  const issuer = await postIssuer(call, token, { currencyCode: code })
  return {
    issuerId: issuer.text('id'),
    currencyId: created.text('id'),
    code,
    snPrefix: issuer.text('snPrefix'),
  }
}

/** For what has to be done behind the API's back. */
export async function projectOf(db: Database, personId: string): Promise<string> {
  const row: { project_id: string } | undefined = await db('person_projects')
    .where({ person_id: personId })
    .first('project_id')
  if (!row) throw new Error(`${personId} is in no project`)
  return row.project_id
}

/** What an answer refuses: status, code, and the parameters it names. */
export function refusalOf(answer: Answer): { status: number; code: unknown; parameters: unknown[] } {
  const errors = answer.at('errors')
  const parameters = Array.isArray(errors)
    ? errors.map((error: { parameter?: unknown }) => error.parameter)
    : []
  return { status: answer.status, code: answer.at('code'), parameters }
}

/** In rising order: of calls at once nobody can say which is answered how. */
export function statusesOf(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b)
}
