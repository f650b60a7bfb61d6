import { expect, it } from '@jest/globals'
import { binanceHarness } from './binance-harness.ts'
import { describeHoldingContract } from './holding-contract.ts'
import { simulatedHoldingHarness } from './simulated-holding-harness.ts'
import { utipHarness } from './utip-harness.ts'

const harnesses = [simulatedHoldingHarness, utipHarness, binanceHarness]

it('holds every label once to the contract', () => {
  const labels = harnesses.map(({ label }) => label.label)

  expect(new Set(labels).size).toBe(labels.length)
})

for (const harness of harnesses) describeHoldingContract(harness)
