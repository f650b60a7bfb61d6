import { inProject } from '#db/connection.ts'
import type { Engine } from '#test/support/engine.ts'
import { id } from '#test/support/book.ts'
import { addApprovalRule, addScreeningPolicy, listName, removeApprovalRule } from '#test/support/rules.ts'
import { ask, transfer } from '#test/support/wishes.ts'
import { startByHand } from './by-hand.ts'
import type { Paths } from './path.ts'
import { accept, approve, askTopUp, PERSONAL, reach, type Asked } from './requests.ts'

export const holdBackPaths: Paths = {
  'top-up-screened-and-accepted': (engine) =>
    screened(engine, {}, async () => {
      const asked = await askTopUp(engine)
      await engine.reach(asked.client, asked.id, 'awaiting_decision')
      await accept(engine, asked)
      return reach(engine, asked, 'processed')
    }),

  'top-up-screened-again': (engine) =>
    screened(engine, { maxAgeMs: 1 }, async () => {
      const asked = await askTopUp(engine)
      await engine.reach(asked.client, asked.id, 'awaiting_decision')
      await accept(engine, asked)
      return reach(engine, asked, 'processed')
    }),

  'top-up-review-cleared': (engine) => screened(engine, { listed: 'review' }, () => cleared(engine)),

  'check-clear': (engine) =>
    screened(engine, {}, async () => {
      const asked = await askTopUp(engine, { isDirect: true })
      await reach(engine, asked, 'processed')
      return checkOf(asked)
    }),

  'check-hit': (engine) =>
    screened(engine, { listed: 'hit' }, async () => {
      const asked = await askTopUp(engine, { isDirect: true })
      await reach(engine, asked, 'rejected')
      return checkOf(asked)
    }),

  'check-review-cleared': (engine) =>
    screened(
      engine,
      { listed: 'review' },
      async () => (await cleared(engine)).replace('topup/', 'aml/') + '/1',
    ),

  'check-without-an-answer': (engine) =>
    screened(engine, { provider: 'watchman', patienceMs: 500 }, async () => {
      const asked = await askTopUp(engine, { isDirect: true })
      await engine.reach(asked.client, asked.id, 'review')
      await approve(engine, asked, await engine.hire('compliance_manager'))
      await reach(engine, asked, 'processed')
      return checkOf(asked)
    }),

  'check-started-for-nothing': (engine) => startByHand(engine, 'amlCheck', `aml/${id('op')}/1`),

  'transfer-limited-then-allowed': async (engine) => {
    const removed = await limitTransfers(engine)
    const [from, to] = [await engine.addClient(100_00n), await engine.addClient()]
    const { id: operation, requestIdentifier } = (await ask(engine, transfer(from, to, '20.00'))).body.process
    await approve(engine, { number: requestIdentifier }, await engine.hire('antifraud_specialist'))
    await engine.reach(from, operation, 'processed')
    await removed()
    return `transfer/${operation}`
  },

  'transfer-held-back-by-two': async (engine) => {
    const rule = await addApprovalRule(engine, {
      kind: 'transfer',
      stages: [{ roles: ['accountant'], approvers: 2 }],
    })
    const [from, to] = [await engine.addClient(100_00n), await engine.addClient()]
    const { id: operation, requestIdentifier } = (await ask(engine, transfer(from, to, '20.00'))).body.process
    await approve(engine, { number: requestIdentifier })
    await approve(engine, { number: requestIdentifier }, engine.secondAccountant)
    await engine.reach(from, operation, 'processed')
    await removeApprovalRule(engine, rule)
    return `transfer/${operation}`
  },
}

function checkOf({ id: operation }: Pick<Asked, 'id'>): string {
  return `aml/${operation}/1`
}

async function cleared(engine: Engine): Promise<string> {
  const asked = await askTopUp(engine)
  await engine.reach(asked.client, asked.id, 'review')
  await approve(engine, asked, await engine.hire('compliance_manager'))
  await accept(engine, asked)
  return reach(engine, asked, 'processed')
}

type Screening = {
  readonly listed?: 'hit' | 'review'
  readonly provider?: string
  readonly maxAgeMs?: number
  readonly patienceMs?: number
}

/** While the work goes on, top-ups are screened. */
async function screened(
  engine: Engine,
  { listed, ...policy }: Screening,
  work: () => Promise<string>,
): Promise<string> {
  const { book } = engine
  await addScreeningPolicy(engine, { kinds: ['top_up'], ...policy })
  if (listed) await listName(engine, PERSONAL.fullName, listed)
  try {
    return await work()
  } finally {
    await inProject(book.db, book.projectId, async (trx) => {
      await trx('screening_policies').update({ active: false })
      await trx('screening_lists').update({ active: false })
    })
  }
}

/** Ten a day and client, until it is taken away again. */
async function limitTransfers({ book }: Engine): Promise<() => Promise<void>> {
  const limit = id('lim')
  await inProject(book.db, book.projectId, async (trx) => {
    const contracts: { id: string }[] = await trx('contracts').where({
      organization_type: 'individual',
      global: true,
    })
    await trx('limit_profiles').insert({
      id: limit,
      project_id: book.projectId,
      contract_id: contracts[0]?.id,
      flow: 'transfer',
      issuer_id: book.issuerId,
      qualifier: 'amount',
      time_unit: 'per_day',
      value: '1000',
      active: true,
    })
  })
  return async () => {
    await inProject(book.db, book.projectId, (trx) => trx('limit_profiles').where({ id: limit }).del())
  }
}
