import { expect, it } from '@jest/globals'
import { PLATFORM_LABELS } from '#integrations/platforms/registry.ts'
import { describeContract } from './contract.ts'
import { simulatedHarness } from './simulated-harness.ts'

const harnesses = [simulatedHarness]

it('holds every platform to the contract', () => {
  expect(harnesses.map((harness) => harness.label)).toEqual([...PLATFORM_LABELS])
})

for (const harness of harnesses) describeContract(harness)
