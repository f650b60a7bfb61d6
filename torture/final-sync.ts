import { setTimeout as sleep } from 'node:timers/promises'
import type { Caller } from './caller.ts'
import type { Unquiet } from './quiesce.ts'
import { HELD_CURRENCIES, type World } from './world.ts'

/** One whose worker was killed is missed within its heartbeat, and taken up again. */
const PATIENCE_MS = 180_000
const PAUSE_MS = 1_000

/** Every mirror is compared with the platform until it says that both agree. @returns those that do not come to it */
export async function compareMirrors(
  caller: Caller,
  { holdings, accountants: [by] }: World,
): Promise<Unquiet[]> {
  const deadline = Date.now() + PATIENCE_MS
  const assets = holdings.flatMap(({ assets: of }) => HELD_CURRENCIES.map((currency) => of[currency].id))
  const found = await Promise.all(
    assets.map(async (subject): Promise<Unquiet[]> => {
      for (;;) {
        const heard = await caller.send({ by, method: 'POST', path: `/assets/${subject}/sync` })
        const state = (heard.answer as { state?: string | null } | null)?.state
        if (state === 'agrees') return []
        const detail = `its comparison with the platform comes to ${heard.status} ${state ?? 'nothing'}`
        if (Date.now() > deadline) return [{ subject, detail }]
        await sleep(PAUSE_MS)
      }
    }),
  )
  return found.flat()
}
