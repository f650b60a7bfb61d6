import { readFile } from 'node:fs/promises'
import type { Load } from './rounds.ts'
import type { Processes, Side } from './row.ts'

/** Linux counts in ticks of ten milliseconds. */
const TICK_MS = 10

/** How much CPU each part takes for one operation of either side, over all rounds. Empty where the system does not tell. */
export function createCpuMeter(processes: Processes) {
  const spent = { product: new Map<string, number>(), bare: new Map<string, number>() }
  const operations = { product: 0, bare: 0 }
  return {
    measure: async (side: Side, work: () => Promise<Load>): Promise<Load> => {
      const before = await readAll(processes)
      const load = await work()
      const after = await readAll(processes)
      operations[side] += load.latencies.length
      for (const [name, ms] of after)
        spent[side].set(name, (spent[side].get(name) ?? 0) + ms - (before.get(name) ?? 0))
      return load
    },
    notes: (): string[] =>
      (['product', 'bare'] as const).map((side) => {
        const parts = [...spent[side]].map(([name, ms]) => `${name} ${(ms / operations[side]).toFixed(2)}`)
        return `CPU ms for each operation, ${side}: ${parts.join(', ')}`
      }),
  }
}

async function readAll(processes: Processes): Promise<Map<string, number>> {
  const read = await Promise.all(
    Object.entries(processes).map(async ([name, pid]) => [name, await treeMs(pid)] as const),
  )
  return new Map(read)
}

/** Of a process, its children, and those of them that have ended. All other parts are this process's children. */
async function treeMs(pid: number): Promise<number> {
  if (pid === process.pid) return (process.cpuUsage().user + process.cpuUsage().system) / 1_000
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).split(' ')
  const all = [pid, ...children.map(Number).filter((child) => child > 0)]
  const times = await Promise.all(all.map(processMs))
  return times.reduce((sum, ms) => sum + ms, 0)
}

/** utime, stime, and the same of children that were waited for: fields 14 to 17 of proc(5). */
async function processMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0)
}
