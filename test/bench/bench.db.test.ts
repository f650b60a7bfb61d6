import { demandDurability } from '#bench/durability.ts'
import { judge } from '#bench/judge.ts'
import { readOptions } from '#bench/options.ts'
import { percentile, runCallers } from '#bench/rounds.ts'
import { demandVariable } from '#test/support/demand-variable.ts'

describe('a measurement', () => {
  it('is refused on a server that would lose what it acknowledged', async () => {
    // The servers of a test run are started that way.
    await expect(demandDurability(demandVariable('TEST_OWNER_URL'))).rejects.toThrow(
      'fsync, synchronous_commit, full_page_writes off',
    )
  })

  it('is judged by the median of its rounds, each against the bare limit of the same round', () => {
    const measured = { product: [90, 10, 200], bare: [100, 100, 100] }
    expect(judge(measured, { kind: 'at_least', ratio: 0.9 })).toEqual({
      product: 90,
      bare: 100,
      ratio: 0.9,
      ratios: [0.1, 2],
      met: true,
    })
    expect(judge(measured, { kind: 'at_least', ratio: 0.91 }).met).toBe(false)
    expect(judge(measured, { kind: 'at_most', ratio: 0.89 }).met).toBe(false)
    expect(judge({ product: [3, 5], bare: [1, 1] }, { kind: 'at_most', ratio: 4 })).toMatchObject({
      ratio: 4,
      met: true,
    })
  })

  it('counts what was answered, by as many callers at once as were asked for', async () => {
    let [atOnce, most] = [0, 0]
    const load = await runCallers(4, 0.2, async () => {
      most = Math.max(most, (atOnce += 1))
      await new Promise((resolve) => setTimeout(resolve, 5))
      atOnce -= 1
    })
    expect(most).toBe(4)
    expect(load.perSecond).toBeCloseTo(load.latencies.length / 0.2)
    expect(load.latencies.length).toBeGreaterThan(0)
  })

  it('fails where a call fails', async () => {
    await expect(runCallers(2, 5, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })

  it('takes a percentile from what there is', () => {
    const latencies = Array.from({ length: 200 }, (_, index) => index + 1)
    expect([percentile(latencies, 0.5), percentile(latencies, 0.99), percentile([7], 0.99)]).toEqual([
      100, 198, 7,
    ])
    expect(() => percentile([], 0.5)).toThrow('nothing was measured')
  })

  it.each([['--seconds=0'], ['--rounds=x'], ['--temporal=cloud'], ['--nonsense']])(
    'is not begun with %s',
    (argument) => {
      expect(() => readOptions([argument])).toThrow('npm run bench')
    },
  )
})
