import { setTimeout as sleep } from 'node:timers/promises'

/**
 * How far the work has come, counted in wishes. What is planned for a place happens when the work has come there: the place
 * moves on at the pace at most, and stands still while as many wishes are under way as the product is to carry at once. So a
 * slow machine takes longer, and meets at each place what a quick one meets there.
 */
export type Course = ReturnType<typeof createCourse>

/** So many wishes are under way at once at most; on a machine that keeps up there are fewer, but for while a part is down. */
export const ABREAST = 30
const TICK_MS = 20
/** A product that is broken may never end a wish: where none has ended for so long, the place moves on all the same. */
const GIVE_UP_MS = 60_000

/** @param paceMs for a wish, at least */
export function createCourse(paceMs: number) {
  let place = 0
  const underWay = new Set<symbol>()
  let lastEnd = Date.now()
  const waiting = new Set<{ readonly place: number; readonly go: () => void }>()
  const hasGivenUp = () => Date.now() - lastEnd > GIVE_UP_MS

  function moveOn(): void {
    if (underWay.size >= ABREAST && !hasGivenUp()) return
    place += TICK_MS / paceMs
    for (const one of [...waiting].toSorted((a, b) => a.place - b.place)) {
      if (one.place > place) return
      waiting.delete(one)
      one.go()
    }
  }
  const timer = setInterval(moveOn, TICK_MS)

  return {
    at: () => place,
    /** @throws the reason of the signal, where it aborts before */
    reach: (wanted: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const one = { place: wanted, go: resolve }
        const leave = () => {
          waiting.delete(one)
          reject(signal?.reason as Error)
        }
        if (signal?.aborted) return leave()
        signal?.addEventListener('abort', leave, { once: true })
        waiting.add(one)
      }),
    /** A wish is under way until what is returned is called, which may be called again. */
    begin(): () => void {
      const wish = Symbol('wish')
      underWay.add(wish)
      return () => {
        if (underWay.delete(wish)) lastEnd = Date.now()
      }
    },
    /** Nothing is under way any more, as far as it will end at all. */
    async settled(): Promise<void> {
      lastEnd = Date.now()
      while (underWay.size > 0 && !hasGivenUp()) await sleep(TICK_MS)
    },
    stop: () => clearInterval(timer),
  }
}
