import { decideOperation } from '#activities/operations/decide-operation.ts'
import { inProject } from '#db/connection.ts'
import { addTicket } from '#db/operations/tickets.ts'
import type { State, Verb } from '#domain/operations/operation.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { id } from '#test/support/book.ts'
import type { Person } from '#test/support/engine.ts'
import { addScreeningPolicy, listName } from '#test/support/rules.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, directTopUp, waitingWithdrawal } from '#test/support/wishes.ts'

/**
 * An Update that a workflow has just taken is not in its history yet: if the worker dies after the step has committed and
 * before its task is completed, and the server forgets the Update, the book has the decision and the workflow does not.
 */
describe('a decision whose workflow task was lost after its step had committed', () => {
  const engine = useEngine()

  it('is told to the operation, so that what was accepted is paid out', async () => {
    const { client, id: operation } = await waitingWithdrawal(engine)
    await decideBehindItsBack(operation, {
      by: engine.accountant,
      verb: 'accept',
      shown: 'awaiting_decision',
    })
    await engine.reach(client, operation, 'processed')
  })

  it('is told to the check that waited for it, so that what was cleared goes on', async () => {
    const client = await engine.addClient()
    const compliance = await engine.hire('compliance_manager')
    await listName(engine, 'Ann Client', 'review')
    await addScreeningPolicy(engine, { kinds: ['top_up'] })
    const asked = await ask(engine, directTopUp(engine, client, '12.00'))
    const operation = asked.body.process.id
    await engine.reach(client, operation, 'review')
    await decideBehindItsBack(operation, { by: compliance, verb: 'clear', shown: 'review' })
    await engine.client.workflow.getHandle(`topup/${operation}`).result()
    expect((await engine.read(client, operation)).phase).toBe('processed')
  })

  /** What the activity did before its task was lost, with the ticket that the API had committed. */
  async function decideBehindItsBack(
    operation: string,
    { by, verb, shown }: { by: Person; verb: Verb; shown: State },
  ): Promise<void> {
    const { db, projectId } = engine.book
    const ticket = id('tkt')
    await inProject(db, projectId, (trx) =>
      addTicket(trx, {
        id: ticket,
        project_id: projectId,
        operation_id: operation,
        person_id: by.id,
        verb,
        delivery: 'api',
        shown: { state: shown },
        detail: { reason: 'seen' },
        valid_until: null,
      }),
    )
    const decide = decideOperation(activityDeps(db))
    const answer = await decide({ operation, kind: undefined, verb, ticket, runId: 'lost' })
    expect(answer.outcome).toBe('applied')
  }
})
