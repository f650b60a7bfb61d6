import { expect, it } from '@jest/globals'
import { describeHoldingContract } from './holding-contract.ts'
import { simulatedHoldingHarness } from './simulated-holding-harness.ts'

const harnesses = [simulatedHoldingHarness]

it('holds every label once to the contract', () => {
  const labels = harnesses.map(({ label }) => label.label)

  expect(new Set(labels).size).toBe(labels.length)
})

for (const harness of harnesses) describeHoldingContract(harness)
