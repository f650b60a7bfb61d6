import { expectSoundBook } from '#test/support/book.ts'
import { useEngine } from '#test/support/use-engine.ts'

describe('a bank that stays silent for long', () => {
  const engine = useEngine({ ownTemporal: { 'limit.historyCount.suggestContinueAsNew': '40' } })

  it('is asked on in a new run when the history grows, and still paid through once', async () => {
    const client = await engine.addClient(1_000n)
    const asked = await engine.call(client, '/bank-withdrawals/with-bank', {
      coinSerial: client.serial,
      amount: '4.00',
      fullName: 'Ann Client',
      bankId: engine.bankIds.integrated,
      iban: 'DE89370400440532013000',
    })
    const { id, requestIdentifier } = asked.body.process
    await engine.orderFault('timeout_after_commit', { reference: id })
    await engine.orderFault('lookup_down', { reference: id, times: 5 })
    await engine.call(engine.accountant, `/bank-withdrawals/${requestIdentifier}/accept`, {})
    await engine.reach(client, id, 'processed')

    const workflow = engine.client.workflow.getHandle(`withdrawal/${id}`)
    const history = await workflow.fetchHistory()
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
    expect(started?.continuedExecutionRunId).toMatch(/.+/)
    expect(await workflow.result()).toMatchObject({ outcome: 'repeated', state: 'processed' })
    const { payouts } = await engine.bankBook()
    expect(payouts.filter(({ reference }: { reference: string }) => reference === id)).toHaveLength(1)
    await expectSoundBook(engine.book)
  })
})
