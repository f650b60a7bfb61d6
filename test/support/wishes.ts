import { inProject } from '#db/connection.ts'
import { CLIENT_NAME, IBAN, type Engine, type TestClient } from './engine.ts'
import type { Person } from './engine-people.ts'
import type { Answer } from './wire.ts'

/** One money POST: who sends it, where to, and what. */
export type Wish = {
  readonly by: Person
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

export function directTopUp({ accountant, bankIds }: Engine, client: TestClient, amount: string): Wish {
  const body = { coinSerial: client.serial, amount, fullName: CLIENT_NAME, bankId: bankIds.manual }
  return { by: accountant, path: '/bank-top-ups/with-bank', body }
}

export function requestedTopUp(engine: Engine, client: TestClient, amount: string): Wish {
  return {
    ...directTopUp(engine, client, amount),
    by: client,
    path: '/bank-top-ups/create-request/with-bank',
  }
}

export function withdrawal({ bankIds }: Engine, client: TestClient, amount: string): Wish {
  const body = {
    coinSerial: client.serial,
    amount,
    fullName: CLIENT_NAME,
    bankId: bankIds.integrated,
    iban: IBAN,
  }
  return { by: client, path: '/bank-withdrawals/with-bank', body }
}

/** To a bank that a person has to ask. */
export function manualWithdrawal(engine: Engine, client: TestClient, amount: string): Wish {
  const wish = withdrawal(engine, client, amount)
  return { ...wish, body: { ...wish.body, bankId: engine.bankIds.manual } }
}

export function transfer(from: TestClient, to: TestClient, amount: string): Wish {
  const paymentTool = { type: 'COIN', srcValue: from.serial, destValue: to.serial }
  return { by: from, path: '/transfers', body: { paymentTool, amount } }
}

export function ask(engine: Engine, { by, path, body }: Wish, key?: string): Promise<Answer> {
  return engine.request(by, path, {
    body,
    ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
  })
}

/** A withdrawal of 30.00 that waits for a person, on a new coin of 100.00. */
export async function waitingWithdrawal(engine: Engine) {
  const client = await engine.addClient(10_000n)
  const asked = await ask(engine, withdrawal(engine, client, '30.00'))
  return { client, asked, id: asked.body.process.id, number: asked.body.process.requestIdentifier }
}

/** By the accountant unless somebody else is named. */
export function decide(
  engine: Engine,
  about: Answer,
  { verb, by = engine.accountant }: { verb: 'accept' | 'decline'; by?: Person },
): Promise<Answer> {
  const { type, requestIdentifier } = about.body.process
  const family = type === 'bank_topup' ? 'bank-top-ups' : 'bank-withdrawals'
  return engine.call(by, `/${family}/${requestIdentifier}/${verb}`, {})
}

/** How many operations there are in the project, of every state. */
export function countOperations({ book }: Engine): Promise<number> {
  return inProject(book.owner, book.projectId, async (trx) => {
    const rows: { count: string }[] = await trx('operations').count('id as count')
    return Number(rows[0]?.count)
  })
}
