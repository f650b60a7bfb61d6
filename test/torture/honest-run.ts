import { inProject } from '#db/connection.ts'
import { IBAN, type Person } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import {
  directTopUp,
  manualWithdrawal,
  requestedTopUp,
  transfer,
  withdrawal,
  type Wish,
} from '#test/support/wishes.ts'
import type { Answer } from '#test/support/wire.ts'
import { runOnPlatform } from './honest-orders.ts'
import type { Honest } from './honest.ts'

const idOf = ({ body }: Answer) => body.process.id
const named = (wish: Wish, fullName: string): Wish => ({ ...wish, body: { ...wish.body, fullName } })

/** Somewhat of everything, honestly done. Ids by name, so that a test can say what it spoils. */
export async function runHonestly(honest: Honest) {
  await fund(honest)
  const before = {
    ...(await transfers(honest)),
    ...(await withdrawals(honest)),
    ...(await heldBack(honest)),
  }
  await changeContract(honest)
  return { ...before, ...(await suspenseAndCorrections(honest)), ...(await runOnPlatform(honest)) }
}
export type HonestRun = Awaited<ReturnType<typeof runHonestly>>

function handsOf({ engine, witness }: Honest) {
  const reach = (about: Answer, phase: string) => engine.reach(engine.accountant, idOf(about), phase)
  const approve = (about: Answer, by: Person = engine.accountant, more: object = {}) =>
    witness.decide(by, about, { verb: 'approve', ...more })
  return {
    reach,
    approve,
    /** Asks, has somebody approve, and waits for the end. */
    through: async (wish: Wish, mark: string, end: { phase: string; by?: Person }) => {
      const asked = await witness.ask(wish, { mark })
      await approve(asked, end.by)
      await reach(asked, end.phase)
      return idOf(asked)
    },
  }
}

/** Bob pays from now on. What he did before was free, and stays right. */
async function changeContract({ engine, world: { bob, contract } }: Honest): Promise<void> {
  const { db, projectId } = engine.book
  await inProject(db, projectId, (trx) =>
    trx('organizations').where({ id: bob.organization }).update({ identification_status: 'approved' }),
  )
  const { status } = await engine.request(engine.administrator, '/contracts', {
    method: 'PATCH',
    body: { organizationId: bob.organization, contractId: contract },
  })
  expect(status).toBe(200)
}

async function fund({ engine, witness, world }: Honest): Promise<void> {
  const funds = { ann: '1000.00', bob: '500.00', limited: '500.00' } as const
  for (const [name, amount] of Object.entries(funds)) {
    const client = world[name as keyof typeof funds]
    const sent = { mark: `funds of ${name}`, key: `funds-of-${name}` }
    // Twice at the same moment, under one key.
    await Promise.all([1, 2].map(() => witness.ask(directTopUp(engine, client, amount), sent)))
  }
}

async function transfers({ witness, world: { ann, bob } }: Honest) {
  const ask = (wish: Wish, mark: string, key?: string) =>
    witness.ask(wish, key === undefined ? { mark } : { mark, key })
  const transferred = await ask(transfer(ann, bob, '10.20'), 'a transfer that costs', 'transfer-1')
  const again = transfer(bob, ann, '1.00')
  const doubles = await Promise.all([1, 2].map(() => ask(again, 'twice without a key')))
  const refused = await ask(transfer(bob, ann, '190.00'), 'first of what Bob has', 'transfer-2')
  const poor = await ask(transfer(bob, ann, '199.00'), 'half of what Bob has', 'transfer-3')
  const tooMuch = await ask(transfer(bob, ann, '198.00'), 'more than Bob has', 'transfer-4')
  expect([refused.status, poor.status, tooMuch.status]).toEqual([201, 201, 422])
  return { transferred: idOf(transferred), doubles: doubles.map(idOf) }
}

async function withdrawals(honest: Honest) {
  const { engine, witness, world } = honest
  const { ann } = world
  const { accountant } = engine
  const { through, reach, approve } = handsOf(honest)
  const out = (amount: string) => withdrawal(engine, ann, amount)
  const paid = await through(out('30.00'), 'a withdrawal that is paid', { phase: 'processed' })
  await engine.orderFault('refuse')
  const failed = await through(out('31.00'), 'a withdrawal that the bank refuses', { phase: 'failed' })
  await engine.orderFault('timeout_before_commit')
  const resent = await through(out('32.00'), 'a withdrawal that gets lost', { phase: 'processed' })
  const returned = await through(out('33.00'), 'a withdrawal that comes back', { phase: 'processed' })
  await engine.giveBack(returned)
  const back = await until('the payout to come back', async () => {
    const [child] = (await engine.read(accountant, returned)).children
    return child !== undefined && (await engine.read(accountant, child)).phase === 'processed'
      ? child
      : undefined
  })
  const declined = await witness.ask(out('34.00'), { mark: 'a withdrawal that is declined' })
  await witness.decide(accountant, declined, { verb: 'decline' })
  await reach(declined, 'declined')
  const waiting = await witness.ask(out('35.00'), { mark: 'a withdrawal that waits' })
  const manual = await witness.ask(manualWithdrawal(engine, ann, '36.00'), { mark: 'paid by hand' })
  await approve(manual)
  await witness.decide(accountant, manual, { verb: 'confirm-payout', bankReference: 'by hand 1' })
  await reach(manual, 'processed')
  const open = await witness.ask(manualWithdrawal(engine, ann, '37.00'), { mark: 'to be paid by hand' })
  await approve(open)
  return {
    paid,
    failed,
    resent,
    returned,
    back,
    declined: idOf(declined),
    waiting: idOf(waiting),
    manual: idOf(manual),
    byHand: idOf(open),
  }
}

async function heldBack(honest: Honest) {
  const { engine, witness, world } = honest
  const { ann, bob, limited, suspect, compliance, antifraud } = world
  const { through, reach, approve } = handsOf(honest)
  const accepted = await through(requestedTopUp(engine, bob, '7.00'), 'a top-up by request', {
    phase: 'processed',
  })
  const quorum = await witness.ask(transfer(ann, bob, '200.00'), { mark: 'a transfer for two' })
  await approve(quorum)
  await approve(quorum, engine.secondAccountant)
  await reach(quorum, 'processed')
  const expired = await witness.ask(directTopUp(engine, ann, '700.00'), { mark: 'a top-up that expires' })
  await reach(expired, 'declined')
  const large = directTopUp(engine, ann, '2000.00')
  const cleared = await witness.ask(named(large, 'Grace Hopper'), { mark: 'a top-up that is clear' })
  await reach(cleared, 'processed')
  const reviewed = await witness.ask(named(large, 'Viktor Near'), { mark: 'a top-up under review' })
  await reach(reviewed, 'review')
  await approve(reviewed, compliance, { reason: 'somebody else' })
  await reach(reviewed, 'processed')
  const underReview = await witness.ask(named(large, 'Viktor Near'), {
    mark: 'a top-up that stays under review',
  })
  await reach(underReview, 'review')
  const suspicious = directTopUp(engine, suspect, '2000.00')
  const hit = await witness.ask(named(suspicious, 'Boris Wanted'), { mark: 'a top-up that is a hit' })
  await reach(hit, 'rejected')
  const spend = (mark: string) => witness.ask(transfer(limited, bob, '20.00'), { mark })
  const within = await spend('a transfer within its limit')
  const over = await spend('a transfer over its limit')
  await approve(over, antifraud)
  await reach(over, 'processed')
  const rejected = await spend('a transfer far over its limit')
  await witness.decide(antifraud, rejected, { verb: 'reject', reason: 'far too much' })
  await reach(rejected, 'rejected')
  return {
    accepted,
    quorum: idOf(quorum),
    expired: idOf(expired),
    cleared: idOf(cleared),
    reviewed: idOf(reviewed),
    underReview: idOf(underReview),
    hit: idOf(hit),
    within: idOf(within),
    over: idOf(over),
    rejected: idOf(rejected),
  }
}

async function suspenseAndCorrections(honest: Honest) {
  const { engine, witness, world } = honest
  const { ann, cfo } = world
  const { accountant, secondAccountant, bankIds } = engine
  const { through } = handsOf(honest)
  const post = async (reference: string, text: string) => {
    const line = {
      reference,
      amount: '20.00',
      currency: 'EUR',
      text,
      senderName: 'Ann Sender',
      senderIban: IBAN,
    }
    const body = { bankId: bankIds.integrated, lines: [line] }
    const { body: answer } = await witness.send(accountant, { path: '/bank-lines', body })
    const [received] = answer.lines
    if (!received) throw new Error('the line was not taken')
    return received
  }
  const matched = await post('line 1', `for ${ann.serial}`)
  await engine.reach(accountant, matched.operationId, 'processed')
  const [assigned, given, open] = [
    await post('line 2', '?'),
    await post('line 3', '?'),
    await post('line 4', '?'),
  ]
  const over = (line: string, verb: string, body: object = {}) => ({
    by: accountant,
    path: `/bank-lines/${line}/${verb}`,
    body: { ...body },
  })
  const toAnn = over(assigned.id, 'assign', { coinSerial: ann.serial })
  const away = over(given.id, 'return')
  const second = { phase: 'processed', by: secondAccountant }
  const topUp = await through(toAnn, 'a line for Ann', second)
  const givenBack = await through(away, 'a line that goes back', second)
  const original = await witness.ask(transfer(ann, world.bob, '10.00'), { mark: 'a transfer to correct' })
  const correct = {
    by: accountant,
    path: `/transactions/${idOf(original)}/reverse`,
    body: { amount: '4.00' },
  }
  const reversal = await through(correct, 'a correction of a part', { phase: 'processed', by: cfo })
  return {
    matched: matched.operationId,
    openLine: open.id,
    assigned: topUp,
    givenBack,
    original: idOf(original),
    reversal,
  }
}
