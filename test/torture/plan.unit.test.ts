import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BANK_FAULTS, planFaults } from '#torture/fault-plan.ts'
import { planWishes, WISH_KINDS } from '#torture/plan.ts'

describe('the plan of a torture run', () => {
  it('is decided by the seed alone, choices that are made on the way included', () => {
    expect(wishesOf(5)).toEqual(wishesOf(5))
    expect(faultsOf(5)).toEqual(faultsOf(5))
    expect(wishesOf(5)).not.toEqual(wishesOf(6))
    expect(faultsOf(5)).not.toEqual(faultsOf(6))
  })

  it('asks for everything there is, marks each wish, and doubles a tenth', () => {
    const wishes = wishesOf(5)
    expect(new Set(wishes.map(({ kind }) => kind))).toEqual(new Set(WISH_KINDS))
    expect(new Set(wishes.map(({ mark }) => mark)).size).toBe(wishes.length)
    const doubled = wishes.filter(({ isDoubled }) => isDoubled).length / wishes.length
    expect(doubled).toBeGreaterThan(0.05)
    expect(doubled).toBeLessThan(0.15)
  })

  it('lets some come at once, and at one coin', () => {
    const together = wishesOf(5).filter(({ crowd }) => crowd !== null)
    for (let crowd = 0; crowd < 15; crowd += 1) {
      const places = together.filter((wish) => wish.crowd === crowd).map(({ place }) => place)
      expect(places.length).toBe(4)
      expect(new Set(places).size).toBe(1)
    }
    expect(together.length).toBe(60)
  })

  it('meets each sort of fault in a run of some length, and every fault of the bank', () => {
    const faults = faultsOf(5).map(({ fault }) => fault)
    const sorts = ['kill', 'freeze', 'toxic', 'cut', 'bank', 'aml', 'terminate']
    expect(new Set(faults.map(({ sort }) => sort))).toEqual(new Set(sorts))
    const ofBank = faults.flatMap((fault) => (fault.sort === 'bank' ? [fault.fault] : []))
    expect(new Set(ofBank)).toEqual(new Set(BANK_FAULTS))
  })
})

describe('the seeded bugs', () => {
  const folder = new URL('../../torture/bugs/', import.meta.url)
  const patches = readdirSync(folder).filter((name) => name.endsWith('.patch'))

  it('are twenty-four', () => expect(patches).toHaveLength(24))

  it.each(patches)('%s can be put into this checkout', (name) => {
    const root = new URL('../../', import.meta.url)
    const check = () =>
      execFileSync('git', ['apply', '--check', fileURLToPath(new URL(name, folder))], {
        cwd: root,
        stdio: 'pipe',
      })
    expect(check).not.toThrow()
  })
})

function wishesOf(seed: number) {
  return planWishes(seed, 300).map(({ random, ...wish }) => ({
    ...wish,
    later: [random.fraction(), random.integer(1, 1_000)],
  }))
}

const faultsOf = (seed: number) => planFaults(seed, { processes: 17, messages: 60, wishes: 300 })
