import { randomInt, randomUUID } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { systemAccount } from '#domain/operations/accounting.ts'
import { coinSerial } from '#domain/accounts/coin-serial.ts'
import { id, type TestBook } from './book.ts'
import type { Engine, Person, TestClient } from './engine.ts'
import type { ReceivedLine } from './wire.ts'

export type PostedLine = {
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly text?: string
  readonly senderName?: string
  readonly senderIban?: string
}

/** 20.00 that nobody can tell whose they are. */
export function line(more: Partial<PostedLine> = {}): PostedLine {
  return { reference: `ref-${randomUUID()}`, amount: '20.00', currency: 'EUR', ...more }
}

export async function postLine(
  engine: Engine,
  posted: PostedLine,
  { by = engine.accountant, bankId = engine.bankIds.integrated }: { by?: Person; bankId?: string } = {},
): Promise<ReceivedLine> {
  const { status, body } = await engine.call(by, '/bank-lines', { bankId, lines: [posted] })
  const [received] = body.lines ?? []
  if (status !== 200 || !received) throw new Error(`the line was not taken: ${JSON.stringify(body)}`)
  return received
}

export function freshSerial(): string {
  return coinSerial('EUR', BigInt(randomInt(1, 2 ** 36)))
}

/** A client whose coin has a serial of ours, as the API makes them. */
export async function addNamedClient(engine: Engine, funds = 0n): Promise<TestClient> {
  const client = await engine.addClient(funds)
  const serial = freshSerial()
  await inProject(engine.book.db, engine.book.projectId, (trx) =>
    trx('coins').where({ id: client.coin }).update({ serial }),
  )
  return { ...client, serial }
}

export async function postedOn({ book }: Engine, account: string): Promise<bigint> {
  return (await book.balances()).get(account)?.posted ?? 0n
}

export function suspenseOf(engine: Engine): Promise<bigint> {
  return postedOn(engine, systemAccount(engine.book.issuerId, 'suspense'))
}

/** A contract of their own, under which one operation costs some percent. */
export async function chargeClient(
  { db, projectId }: TestBook,
  organization: string,
  asked: { flow: 'bank_top_up' | 'transfer'; direction: 'IN' | 'OUT' | 'SHARED'; percent: string },
): Promise<void> {
  const [contract, profile, rule] = [id('con'), id('cpr'), id('cru')]
  const own = { project_id: projectId }
  await inProject(db, projectId, async (trx) => {
    await trx('contracts').insert({
      ...own,
      id: contract,
      name: contract,
      organization_type: 'individual',
      person_type: 'vip',
    })
    await trx('commission_profiles').insert({ ...own, id: profile, contract_id: contract, flow: asked.flow })
    await trx('commission_rules').insert({
      ...own,
      id: rule,
      profile_id: profile,
      begins_at: '2020-01-01',
      direction: asked.direction,
      active: true,
    })
    await trx('commission_conditions').insert({
      ...own,
      id: id('cnd'),
      rule_id: rule,
      begin_amount: 0,
      type: 'percent',
      percent: asked.percent,
    })
    await trx('organizations').where({ id: organization }).update({ contract_id: contract })
  })
}
