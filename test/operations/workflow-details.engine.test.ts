import { defineSearchAttributeKey } from '@temporalio/common'
import { inProject } from '#db/connection.ts'
import { id } from '#test/support/book.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { startByHand } from '#test/replay/by-hand.ts'
import { giveBack } from '#test/replay/give-back.ts'
import {
  accept,
  askTopUp,
  askWithdrawal,
  decide,
  reach,
  withDecisionsWithin,
  PERSONAL_WORDS,
  REASON,
  type Asked,
} from '#test/replay/requests.ts'

describe('what a person sees in the Temporal UI', () => {
  const engine = useEngine()

  it('says of a top-up that nothing is credited before somebody accepts', async () => {
    const asked = await askTopUp(engine)
    await expectAt(
      asked,
      'awaiting_decision',
      'Nothing has been credited yet. It waits for a person to accept or decline.',
    )
    await accept(engine, asked)
    await expectAt(asked, 'processed', 'Booked.')
  })

  it('says of a top-up that it came to nothing, by a person or by the clock', async () => {
    const declined = await askTopUp(engine)
    await decide(engine, declined, { decision: 'decline' })
    await expectAt(declined, 'declined', 'Declined. Nothing was credited.')
    const expired = await withDecisionsWithin(engine, 300, () => askTopUp(engine))
    await expectAt(expired, 'declined', 'Declined. Nothing was credited.')
  })

  it('says of a withdrawal that the amount is held, then on its way, then paid out', async () => {
    const asked = await askWithdrawal(engine)
    await engine.orderFault('answer_late', { reference: asked.id, delayMs: NEVER_MS })
    await expectAt(
      asked,
      'awaiting_decision',
      'The amount is held on the coin. It waits for a person to accept or decline.',
    )
    await accept(engine, asked)
    await expectAt(
      asked,
      'at_platform',
      'The money stands in payout transit. It waits for the bank to confirm.',
      'Look-ups so far: n.',
    )
    await engine.hurryBank(asked.id)
    await expectAt(asked, 'processed', 'Paid out and redeemed.')
  })

  it('says of a payout that the bank refused that the coin was credited again', async () => {
    const asked = await askWithdrawal(engine)
    await engine.orderFault('refuse', { reference: asked.id, reason: REASON })
    await accept(engine, asked)
    await expectAt(asked, 'failed', 'The bank refused the payout. The coin was credited again.')
  })

  it('says of a bank without integration that an accountant has to enter its reference', async () => {
    const asked = await askWithdrawal(engine, { isManual: true })
    await accept(engine, asked)
    await expectAt(
      asked,
      'awaiting_reference',
      'The money stands in payout transit. It waits for an accountant to enter the reference the bank gave.',
    )
    await decide(engine, asked, { decision: 'refuse-payout' })
    await expectAt(asked, 'failed', 'The bank refused the payout. The coin was credited again.')
  })

  it('says of a declined withdrawal that the hold was released', async () => {
    const asked = await askWithdrawal(engine)
    await decide(engine, asked, { decision: 'decline' })
    await expectAt(asked, 'declined', 'Declined. The hold was released.')
  })

  it('says of a refused withdrawal which rule refused it', async () => {
    const asked = await askWithdrawal(engine, { amount: '100.01' })
    await reach(engine, asked, 'refused')
    await expectDetails(
      asked.workflowId,
      `**100.01 EUR**, request ${asked.number}`,
      'Refused by a rule. Nothing has moved.',
      'The amount is more than the coin has available.',
    )
  })

  it('says of a payout without an answer that the bank is asked about it, and of its return that it waits', async () => {
    const asked = await askWithdrawal(engine)
    await engine.orderFault('timeout_after_commit', { reference: asked.id })
    await engine.orderFault('lookup_down', { reference: asked.id, times: UNTIL_FORGOTTEN })
    await accept(engine, asked)
    await expectAt(
      asked,
      'outcome_unknown',
      'The money stands in payout transit. The bank gave no usable answer; it is being asked about the reference, nothing is sent again blindly.',
      'Look-ups so far: n.',
    )
    const { returned, heading } = await whileUnsettled(async () => {
      const taken = await giveBack(engine, asked)
      const first = `**30.00 EUR**, request ${await numberOf(taken)}`
      await expectDetails(
        taken,
        first,
        'Taken, not yet in the book. Nothing has moved.',
        'The payout that is said to be returned is not settled yet.',
      )
      return { returned: taken, heading: first }
    })
    await expectAt(asked, 'processed', 'Paid out and redeemed.')
    await expectDetails(returned, heading, 'Booked.')
  })

  it('says of a workflow that somebody started for nothing that nothing was done', async () => {
    const workflowId = await startByHand(engine, 'withdrawal', `withdrawal/${id('op')}`)
    await expectDetails(
      workflowId,
      'Started for nothing that is known here. That was noted, and nothing was done.',
    )
  })

  it('says in one line what it is, and carries what operators filter by', async () => {
    const project = engine.book.projectId
    const topUp = await askTopUp(engine, { isDirect: true })
    expect(await attributesOf(topUp.workflowId)).toEqual({
      summary: 'Top-up of 40.00 EUR',
      kind: 'top_up',
      project,
      platform: undefined,
    })
    const withdrawn = await askWithdrawal(engine)
    expect(await attributesOf(withdrawn.workflowId)).toEqual({
      summary: 'Withdrawal of 30.00 EUR',
      kind: 'withdrawal',
      project,
      platform: 'simulated',
    })
    await accept(engine, withdrawn)
    await reach(engine, withdrawn, 'processed')
    expect(await attributesOf(await giveBack(engine, withdrawn))).toEqual({
      summary: `Returned payout, original ${withdrawn.id}`,
      kind: 'return',
      project,
      platform: 'simulated',
    })
  })

  it('names nobody, nor their account, nor what anybody wrote', async () => {
    const asked = await askWithdrawal(engine, { isManual: true })
    await accept(engine, asked)
    await decide(engine, asked, { decision: 'refuse-payout' })
    await expectAt(asked, 'failed', 'The bank refused the payout. The coin was credited again.')
    const description = await handleOf(asked.workflowId).describe()
    const page = JSON.stringify([
      await handleOf(asked.workflowId).query('__temporal_workflow_metadata'),
      await attributesOf(asked.workflowId),
      await description.staticDetails(),
      description.memo,
    ])
    expect(page).toMatch(/30\.00 EUR.*Withdrawal of 30\.00 EUR/)
    expect(page).not.toMatch(PERSONAL_WORDS)
  })

  function handleOf(workflowId: string) {
    return engine.client.workflow.getHandle(workflowId)
  }

  /** The UI reads this query, of closed workflows too. */
  async function detailsOf(workflowId: string): Promise<string> {
    const { currentDetails } = await handleOf(workflowId).query<{ currentDetails?: string }>(
      '__temporal_workflow_metadata',
    )
    return currentDetails ?? ''
  }

  /** The book is a little ahead of the workflow that wrote to it. */
  async function expectDetails(workflowId: string, ...paragraphs: string[]): Promise<void> {
    const wanted = paragraphs.join('\n\n')
    await until(
      `“${wanted}”`,
      async () => ((await detailsOf(workflowId)).replace(/\d+\.$/, 'n.') === wanted ? true : undefined),
      () => detailsOf(workflowId),
    )
  }

  async function expectAt(asked: Asked, phase: string, ...paragraphs: string[]): Promise<void> {
    await reach(engine, asked, phase)
    const amount = asked.family === 'bank-top-ups' ? '40.00' : '30.00'
    await expectDetails(asked.workflowId, `**${amount} EUR**, request ${asked.number}`, ...paragraphs)
  }

  /** Of a return, which nobody asked for over the API. */
  function numberOf(workflowId: string): Promise<number> {
    const operation = workflowId.replace('return/', '')
    return until(`the number of ${operation}`, async () => {
      const { body } = await engine.call(engine.accountant, `/transactions/${operation}`)
      return body.process?.requestIdentifier
    })
  }

  /** The bank can be asked again, but what it answers about a payout cannot be written down meanwhile. */
  async function whileUnsettled<T>(work: () => Promise<T>): Promise<T> {
    const { owner, projectId } = engine.book
    return inProject(owner, projectId, async (trx) => {
      await trx.raw('lock table platform_answers in share mode')
      await engine.askBank('/faults', { method: 'DELETE' })
      return work()
    })
  }

  async function attributesOf(workflowId: string) {
    const description = await handleOf(workflowId).describe()
    const attributes = description.typedSearchAttributes
    return {
      summary: await description.staticSummary(),
      kind: attributes.get(KIND),
      project: attributes.get(PROJECT),
      platform: attributes.get(PLATFORM),
    }
  }
})

const KIND = defineSearchAttributeKey('SluiceKind', 'KEYWORD')
const PROJECT = defineSearchAttributeKey('SluiceProject', 'KEYWORD')
const PLATFORM = defineSearchAttributeKey('SluicePlatform', 'KEYWORD')

const NEVER_MS = 3_600_000
const UNTIL_FORGOTTEN = 100_000
