import { inProject } from '#db/connection.ts'
import type { Engine, Person, TestClient } from '#test/support/engine.ts'
import { linkBankAccount } from '#test/support/engine-people.ts'
import {
  ask,
  directTopUp,
  manualWithdrawal,
  requestedTopUp,
  withdrawal,
  type Wish,
} from '#test/support/wishes.ts'

/** Nobody's name, account or words may be found in a history; these cannot be there by chance. */
export const PERSONAL = {
  fullName: 'Zelda Quixote-Wintergreen',
  iban: 'GB82WEST12345698765432',
  description: 'Rent of Wintergreen Lane',
} as const
export const REASON = 'Quixote has moved'
export const PERSONAL_WORDS = new RegExp(['Zelda', 'Quixote', 'Wintergreen', PERSONAL.iban].join('|'), 'i')

export type Asked = {
  readonly id: string
  readonly number: number
  readonly family: 'bank-top-ups' | 'bank-withdrawals'
  readonly workflowId: string
  readonly client: TestClient
}

type HowWithdrawn = { readonly amount?: string; readonly isManual?: boolean }

/** Of 30 out of 100, unless another amount is given. */
export async function askWithdrawal(
  engine: Engine,
  { amount = '30.00', isManual = false }: HowWithdrawn = {},
): Promise<Asked> {
  const client = await engine.addClient(100_00n)
  const { fullName, iban } = PERSONAL
  for (const bank of [engine.bankIds.integrated, engine.bankIds.manual])
    await linkBankAccount(engine.book, client, { bank, iban, fullName })
  const wish = (isManual ? manualWithdrawal : withdrawal)(engine, client, amount)
  const asked = await askAs(engine, client, wish)
  return { ...asked, client, family: 'bank-withdrawals', workflowId: `withdrawal/${asked.id}` }
}

export async function askTopUp(engine: Engine, { isDirect = false } = {}): Promise<Asked> {
  const client = await engine.addClient()
  const wish = (isDirect ? directTopUp : requestedTopUp)(engine, client, '40.00')
  const asked = await askAs(engine, client, wish)
  return { ...asked, client, family: 'bank-top-ups', workflowId: `topup/${asked.id}` }
}

/** A refusal does not tell its operation, so it is read behind the API's back. */
async function askAs(
  engine: Engine,
  { coin }: TestClient,
  wish: Wish,
): Promise<Pick<Asked, 'id' | 'number'>> {
  await ask(engine, { ...wish, body: { ...wish.body, ...PERSONAL } })
  const { book } = engine
  const row: { id: string; request_identifier: string } = await inProject(book.db, book.projectId, (trx) =>
    trx('operations').where({ coin_id: coin }).orderBy('id', 'desc').first(),
  )
  return { id: row.id, number: Number(row.request_identifier) }
}

const DECISIONS = {
  accept: {},
  decline: {},
  'confirm-payout': { bankReference: 'WINTERGREEN-4711' },
  'refuse-payout': { reason: REASON },
} as const

/** Over the API, by the accountant unless somebody else is named. */
export async function decide(
  engine: Engine,
  { family, number }: Asked,
  { decision, by = engine.accountant }: { decision: keyof typeof DECISIONS; by?: Person },
): Promise<void> {
  await engine.call(by, `/${family}/${number}/${decision}`, DECISIONS[decision])
}

/** Over the queue, which lets whatever waits go on. */
export async function approve(
  engine: Engine,
  { number }: Pick<Asked, 'number'>,
  by: Person = engine.accountant,
): Promise<void> {
  await engine.call(by, `/business-requests/${number}/approve`, { reason: REASON })
}

export async function decline(engine: Engine, { number }: Pick<Asked, 'number'>): Promise<void> {
  await engine.call(engine.secondAccountant, `/business-requests/${number}/decline`, {})
}

export async function accept(engine: Engine, asked: Asked): Promise<void> {
  await decide(engine, asked, { decision: 'accept' })
}

/** For one decision, to be carried by Signal. */
export async function fetchTicket(
  engine: Engine,
  { number }: Asked,
  decision: 'accept' | 'decline',
): Promise<string> {
  const { body } = await engine.call(engine.accountant, `/business-requests/${number}/ticket`, { decision })
  return body.ticket
}

/** @returns the id of the workflow, for here the path ends */
export async function reach(
  engine: Engine,
  { client, id, workflowId }: Asked,
  phase: string,
): Promise<string> {
  await engine.reach(client, id, phase)
  return workflowId
}

/** While the work goes on, whoever is asked to decide has this long and no longer. */
export async function withDecisionsWithin<T>(
  { book }: Engine,
  ms: number,
  work: () => Promise<T>,
): Promise<T> {
  const project = () => book.owner('projects').where({ id: book.projectId })
  const { decision_expires_ms: usual }: { decision_expires_ms: string } = await project().first()
  await project().update({ decision_expires_ms: ms })
  try {
    return await work()
  } finally {
    await project().update({ decision_expires_ms: usual })
  }
}
