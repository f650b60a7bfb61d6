import type { Express } from 'express'

/** True when the part works. It may throw, or take too long: both mean down. */
export type Checks = Readonly<Record<string, () => Promise<boolean>>>

export type HealthOptions = {
  readonly timeoutMs?: number
  readonly cacheMs?: number
  readonly nowMs?: () => number
}

const TIMEOUT_MS = 2_000
const CACHE_MS = 1_000

type State = 'up' | 'down'
type Report = { readonly status: State; readonly checks: Readonly<Record<string, State>> }

/**
 * `/health/live`: the process answers. `/health/ready`: all that it needs does. Both without a token, so whoever
 * probes learns nothing but up and down, and cannot make us check more than once in `cacheMs`.
 */
export function mountHealth(app: Express, checks: Checks, options: HealthOptions = {}): void {
  const nowMs = options.nowMs ?? (() => performance.now())
  let last: { readonly atMs: number; readonly report: Promise<Report> } | undefined

  app.get('/health/live', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'up' })
  })
  app.get('/health/ready', async (_req, res) => {
    if (!last || nowMs() - last.atMs >= (options.cacheMs ?? CACHE_MS))
      last = { atMs: nowMs(), report: runChecks(checks, options.timeoutMs ?? TIMEOUT_MS) }
    const report = await last.report
    res
      .status(report.status === 'up' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(report)
  })
}

async function runChecks(checks: Checks, timeoutMs: number): Promise<Report> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check, timeoutMs)] as const),
  )
  const status = states.every(([, state]) => state === 'up') ? 'up' : 'down'
  return { status, checks: Object.fromEntries(states) }
}

async function stateOf(check: () => Promise<boolean>, timeoutMs: number): Promise<State> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  try {
    return (await Promise.race([check(), tooLate])) ? 'up' : 'down'
  } catch {
    return 'down'
  } finally {
    clearTimeout(timer)
  }
}
