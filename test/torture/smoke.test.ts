import { startEngine, type Engine } from '#test/support/engine.ts'
import { BANK_KEYS } from '#test/support/bank-side.ts'
import { directTopUp, transfer, withdrawal } from '#test/support/wishes.ts'
import { checkRun } from '#torture/checker/check-run.ts'
import { openWitness, type Witness } from './witness.ts'

describe('smoke', () => {
  let engine: Engine
  let witness: Witness
  beforeAll(async () => {
    engine = await startEngine()
    witness = await openWitness(engine)
  })
  afterAll(async () => {
    await engine.stop()
    await witness.close()
  })
  it('finds nothing in an honest run', async () => {
    const [ann, bob] = [await engine.addClient(), await engine.addClient()]
    await witness.ask(directTopUp(engine, ann, '500.00'), { mark: 'm1', key: 'k1' })
    await witness.ask(directTopUp(engine, ann, '500.00'), { mark: 'm1', key: 'k1' })
    await witness.ask(transfer(ann, bob, '20.00'), { mark: 'm2' })
    expect((await witness.ask(transfer(bob, ann, '2000.00'), { mark: 'm3' })).status).toBe(422)
    const w = await witness.ask(withdrawal(engine, ann, '30.00'), { mark: 'm4' })
    await witness.decide(engine.accountant, w, { verb: 'approve' })
    await engine.reach(engine.accountant, w.body.process.id, 'processed')
    const w2 = await witness.ask(withdrawal(engine, ann, '31.00'), { mark: 'm5' })
    await witness.decide(engine.accountant, w2, { verb: 'decline' })
    await engine.orderFault('refuse')
    const w3 = await witness.ask(withdrawal(engine, ann, '32.00'), { mark: 'm6' })
    await witness.decide(engine.accountant, w3, { verb: 'approve' })
    await engine.reach(engine.accountant, w3.body.process.id, 'failed')
    const at = {
      ownerUrl: engine.database.ownerUrl,
      temporal: { address: engine.temporalCli.address, namespace: 'default' },
      logFile: witness.logFile,
      bank: { url: engine.bank.url, apiKey: BANK_KEYS.apiKey },
    }
    expect(await checkRun(at)).toEqual([])
  })
})
