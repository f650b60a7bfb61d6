import { runSeed, type Outcome } from '#torture/run-seed.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'
import { fileURLToPath } from 'node:url'

/** One in which the AML provider is told to fail often. */
const SEED = 374
const OPERATIONS = 50

describe('a short torture run', () => {
  let outcome: Outcome
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>

  beforeAll(async () => {
    folder = await temporaryDirectory()
    const product = fileURLToPath(new URL('../..', import.meta.url))
    outcome = await runSeed(
      { seed: SEED, operations: OPERATIONS, faults: 'all', temporal: 'dev', product, folder: folder.path },
      () => undefined,
    )
  }, 1_200_000)
  afterAll(() => folder.remove())

  it('breaks no rule', () => {
    expect(outcome.violations).toEqual([])
  })

  it.each([
    ['processes', /^kill /],
    ['processes', /^freeze /],
    ['messages', /^(latency|reset_peer|timeout|limit_data) /],
    ['messages', /^cut /],
    ['messages', /^terminate /],
    ['messages', /^bank: /],
    ['messages', /^aml: /],
  ] as const)('had faults of %s that are %s', (kind, name) => {
    expect(Object.keys(outcome.faults[kind]).filter((fault) => name.test(fault))).not.toEqual([])
  })

  it('doubled requests, met people who were not answered, and processed at least half of the operations', () => {
    const { operations, doubled, heard } = outcome
    const count = (of: typeof operations) => of.reduce((sum, one) => sum + one.count, 0)
    expect(doubled).toBeGreaterThan(0)
    expect(Object.keys(heard).filter((what) => /: (no answer|50\d)$/.test(what))).not.toEqual([])
    expect(count(operations)).toBeGreaterThanOrEqual(OPERATIONS / 2)
    expect(count(operations.filter(({ state }) => state === 'processed')) * 2).toBeGreaterThanOrEqual(
      count(operations),
    )
  })
})
