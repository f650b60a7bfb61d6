import { heartbeat } from '@temporalio/activity'
import { closeVanished, noteBreaks } from '#db/reports/breaks.ts'
import { inProject } from '#db/connection.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { findOldestUnsettled, findPayouts, listSentPayouts } from '#db/reports/reconciliation.ts'
import { readClock, recordPart, type PartState } from '#db/reports/reconciliation-runs.ts'
import type { ListedPayout, Platform } from '#domain/platforms/platform.ts'
import {
  breaksOfPayout,
  isSettling,
  periodToCompare,
  type Pair,
  type Period,
} from '#domain/reports/reconciliation.ts'
import type { ReportDeps } from './report-deps.ts'

const PAGE_SIZE = 500

/** What one comparison is about, and what it has come to so far. */
type Comparison = {
  readonly projectId: string
  readonly run: string
  readonly part: string
  readonly period: Period
  /** What changed after this moment is not judged. */
  readonly settledBefore: Date
  /** References in the platform's book. */
  readonly seen: Set<string>
  /** References that were not judged. */
  readonly settling: string[]
  compared: number
  found: number
}

/**
 * Reads the platform's book of the period and looks for each payout here, then for each of ours there. In memory are only
 * the references of the period. Without a usable answer nothing is closed, and the part says that the platform was away.
 *
 * Safe to repeat: a difference is noted once, however often it is seen.
 */
export function reconcilePlatform(deps: ReportDeps) {
  return async (asked: { readonly run: string; readonly platform: string }): Promise<PartState> => {
    const { db, platforms } = deps
    const { run, platform: label } = asked
    const projectId = await findProjectOf(db, run)
    if (projectId === undefined) return 'no_book'
    const [since, oldest] = await inProject(db, projectId, async (trx) => [
      await readClock(trx),
      await findOldestUnsettled(trx, label),
    ])
    const now = deps.now()
    const comparison: Comparison = {
      projectId,
      run,
      part: label,
      period: periodToCompare(now, oldest),
      settledBefore: new Date(now.getTime() - deps.settleMs),
      seen: new Set(),
      settling: [],
      compared: 0,
      found: 0,
    }
    const state = await compare(deps, comparison, platforms.get(label))
    await inProject(db, projectId, async (trx) => {
      const { period, compared, found, settling } = comparison
      const looked = { from: period.from, since, settling }
      const vanished = state === 'compared' ? await closeVanished(trx, comparison, looked) : 0
      await recordPart(trx, run, { name: label, part: { state, compared }, found, vanished })
    })
    return state
  }
}

async function compare(
  deps: ReportDeps,
  comparison: Comparison,
  platform: Platform | undefined,
): Promise<PartState> {
  if (!platform) return 'away'
  if (!platform.listPayouts) return 'no_book'
  const { theirsFrom, to } = comparison.period
  for (let page: string | null = null; ;) {
    const answer = await platform.listPayouts({ from: theirsFrom, to, page })
    if (answer.kind === 'unknown') return 'away'
    await judgeTheirs(deps, comparison, answer.payouts)
    heartbeat()
    page = answer.next
    if (page === null) break
  }
  await judgeMissing(deps, comparison)
  return 'compared'
}

/** A platform may serve several projects: what is another's is not ours to judge. */
async function judgeTheirs(
  deps: ReportDeps,
  comparison: Comparison,
  theirs: readonly ListedPayout[],
): Promise<void> {
  const asked = { platform: comparison.part, references: theirs.map(({ reference }) => reference) }
  const { payouts, elsewhere } = await inProject(deps.db, comparison.projectId, (trx) =>
    findPayouts(trx, asked),
  )
  const ours = new Map(payouts.map((payout) => [payout.reference, payout]))
  for (const { reference } of theirs) comparison.seen.add(reference)
  const pairs = theirs
    .filter(({ reference }) => !elsewhere.has(reference))
    .map((one) => ({ ours: ours.get(one.reference), theirs: one }))
  await judge(deps, comparison, pairs)
}

async function judgeMissing(deps: ReportDeps, comparison: Comparison): Promise<void> {
  const { projectId, part: platform, period } = comparison
  const { from, to } = period
  for (let after = ''; ;) {
    const asked = { platform, from, to, after, max: PAGE_SIZE }
    const ours = await inProject(deps.db, projectId, (trx) => listSentPayouts(trx, asked))
    const missing = ours.filter(({ reference }) => !comparison.seen.has(reference))
    await judge(
      deps,
      comparison,
      missing.map((one) => ({ ours: one, theirs: undefined })),
    )
    heartbeat()
    if (ours.length < PAGE_SIZE) return
    after = ours.at(-1)?.reference ?? ''
  }
}

async function judge(deps: ReportDeps, comparison: Comparison, pairs: readonly Pair[]): Promise<void> {
  const breaks = pairs.flatMap((pair) => {
    if (!isSettling(pair, comparison.settledBefore)) return breaksOfPayout(pair)
    comparison.settling.push(pair.ours?.reference ?? pair.theirs?.reference ?? '')
    return []
  })
  comparison.compared += pairs.length
  if (breaks.length === 0) return
  const named = breaks.map((one) => ({ ...one, id: deps.newId('brk') }))
  comparison.found += await inProject(deps.db, comparison.projectId, (trx) =>
    noteBreaks(trx, comparison, named),
  )
}
