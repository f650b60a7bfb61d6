import { inProject } from '#db/connection.ts'
import { registerStep } from '#domain/operations/step.ts'
import { applySteps, encodeStep } from '#ledger/apply-steps.ts'
import type { TestApi } from '#test/support/api.ts'
import { useBookApi } from '#test/support/use-book-api.ts'
import { untilWaiting } from '#test/support/waiting.ts'

const { api, book, staff } = useBookApi()

describe('what is shown of an operation', () => {
  it('is of one moment: its state, its timeline and its postings', async () => {
    const shown = await readWhileBooked(readOne, 'decisions')
    const { phase, timeline, transactions } = shown.at('process') as Record<string, unknown>
    expect({ phase, timeline, transactions }).toEqual({ phase: 'received', timeline: [], transactions: [] })
  })

  it('is what was asked for: what is listed as pending is not shown as processed', async () => {
    const shown = await readWhileBooked(listAsPending, 'coins')
    expect(shown.at('records.0.status')).toBe('pending')
  })
})

function readOne(id: string) {
  return api.call('GET', `/transactions/${id}`, { token: staff.accountant.token })
}

function listAsPending(id: string) {
  const body = { filter: { ids: [id], statuses: ['pending'] } }
  return api.call('POST', '/transactions/view', { token: staff.accountant.token, body })
}

/** Reads while the operation is booked: the reader has read something of it, and has to wait at `table` for the rest. */
async function readWhileBooked(read: (operation: string) => ReturnType<TestApi['call']>, table: string) {
  const facts = await book.ask({ coin: await book.addCoin(), amount: 12_34n })
  const { reading } = await inProject(book.owner, book.projectId, async (trx) => {
    await trx.raw('lock table ?? in access exclusive mode', [table])
    const asked = read(facts.id)
    await untilWaiting(trx)
    const [answer] = await applySteps(trx, book.projectId, {
      steps: [encodeStep(registerStep(facts))],
      source: 'workflow',
    })
    expect(answer?.to).toBe('processed')
    return { reading: asked }
  })
  return reading
}
