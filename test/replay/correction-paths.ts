import type { Engine } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import { line, postLine } from '#test/support/suspense.ts'
import { ask, transfer } from '#test/support/wishes.ts'
import type { Paths } from './path.ts'
import { approve, decline, PERSONAL, REASON } from './requests.ts'

export const correctionPaths: Paths = {
  'reversal-accepted': async (engine) => {
    const reversal = await askReversal(engine)
    await approve(engine, { number: reversal.requestIdentifier }, engine.secondAccountant)
    await engine.reach(engine.accountant, reversal.id, 'processed')
    return `reversal/${reversal.id}`
  },

  'reversal-declined': async (engine) => {
    const reversal = await askReversal(engine)
    await decline(engine, { number: reversal.requestIdentifier })
    await engine.reach(engine.accountant, reversal.id, 'declined')
    return `reversal/${reversal.id}`
  },

  'suspense-return-paid': async (engine) => {
    const { fullName, iban } = PERSONAL
    const arrived = await postLine(engine, line({ senderName: fullName, senderIban: iban, text: REASON }))
    const asked = await engine.call(engine.accountant, `/bank-lines/${arrived.id}/return`, { reason: REASON })
    const { id: operation, requestIdentifier } = asked.body.process
    await approve(engine, { number: requestIdentifier }, engine.secondAccountant)
    await engine.reach(engine.accountant, operation, 'processed')
    return `suspense-return/${operation}`
  },

  'reconciliation-complete': async (engine) => {
    const answer = await engine.request(engine.accountant, '/reconciliation/run', { method: 'POST' })
    return `reconciliation/${(JSON.parse(answer.text) as { runId: string }).runId}`
  },
}

async function askReversal(engine: Engine) {
  const [from, to] = [await engine.addClient(100_00n), await engine.addClient()]
  const moved = (await ask(engine, transfer(from, to, '20.00'))).body.process
  const asked = await engine.call(engine.accountant, `/transactions/${moved.id}/reverse`, { reason: REASON })
  const reversal = asked.body.process
  await until('the reversal to wait', async () => {
    const { phase } = await engine.read(engine.accountant, reversal.id)
    return phase === 'awaiting_decision' ? true : undefined
  })
  return reversal
}
