import { startEngine, type Engine } from '#test/support/engine.ts'
import { BANK_KEYS } from '#test/support/bank-side.ts'
import { checkRun } from '#torture/checker/check-run.ts'
import { runHonestly } from './honest-run.ts'
import { makeHonestWorld } from './honest-world.ts'
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
    const world = await makeHonestWorld(engine)
    await runHonestly({ engine, witness, world })
    const at = {
      ownerUrl: engine.database.ownerUrl,
      temporal: { address: engine.temporalCli.address, namespace: 'default' },
      logFile: witness.logFile,
      bank: { url: engine.bank.url, apiKey: BANK_KEYS.apiKey },
    }
    expect(await checkRun(at)).toEqual([])
  })
})
