import { expect, it } from '@jest/globals'
import { HOLDING_LABELS } from '#integrations/platforms/registry.ts'
import { binanceHarness } from './binance-harness.ts'
import { describeHoldingContract } from './holding-contract.ts'
import { meridianHarness } from './made-up-bank/harness.ts'
import { simulatedHoldingHarness } from './simulated-holding-harness.ts'
import { utipHarness } from './utip-harness.ts'

const harnesses = [simulatedHoldingHarness, utipHarness, binanceHarness]

it('holds every label once to the contract', () => {
  expect(harnesses.map(({ label }) => label.label)).toEqual(HOLDING_LABELS.map(({ label }) => label))
})

// The last is nobody's: it was added by docs/add-a-platform.md alone.
for (const harness of [...harnesses, meridianHarness]) describeHoldingContract(harness)
