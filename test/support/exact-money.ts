import { randomInt } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { freshCode } from './catalogue.ts'
import { CLIENT_NAME, IBAN, type Engine, type TestClient } from './engine.ts'
import { linkBankAccount, type Person } from './engine-people.ts'
import type { Answer } from './wire.ts'

export type Issue = { readonly fraction: number; readonly code: string; readonly issuerId: string }

/** Posts, and shows the answer where it is not the one that was hoped for. */
export async function made(
  engine: Engine,
  by: Person,
  [path, body]: [string, object],
): Promise<{ id: string }> {
  const answer = await engine.call(by, path, body)
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
  return answer.body as unknown as { id: string }
}

/** A currency of so many decimals with one issuer, made as the administrator makes them. */
export async function openIssue(engine: Engine, fraction: number): Promise<Issue> {
  const code = freshCode()
  const currency = {
    code,
    digitalCode: String(randomInt(100, 999)),
    symbol: code,
    name: `Money ${code}`,
    fraction,
  }
  await made(engine, engine.administrator, ['/currencies', currency])
  const issuer = { snPrefix: code, currencyCode: code, name: `Issue of ${code}` }
  const { id } = await made(engine, engine.administrator, ['/issuers', issuer])
  return { fraction, code, issuerId: id }
}

/** A new client whose coin is of this issue, opened by themselves, with an approved account at each bank. */
export async function openPurse(engine: Engine, { issuerId }: Issue): Promise<TestClient> {
  const client = await engine.addClient()
  const opened = await made(engine, client, ['/coins', { name: 'Purse', issuerId }])
  const { serial } = opened as unknown as { serial: string }
  const coin = await inProject(engine.book.db, engine.book.projectId, async (trx) => {
    const row: { id: string } = await trx('coins').where({ serial }).first('id')
    return row.id
  })
  const purse = { ...client, serial, coin }
  for (const bank of [engine.bankIds.integrated, engine.bankIds.manual])
    await linkBankAccount(engine.book, purse, { bank, iban: IBAN, fullName: CLIENT_NAME })
  return purse
}

/** What an answer says at a path such as `records.0.amount`, whatever it is. */
export function at({ body }: Pick<Answer, 'body'>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], body)
}
