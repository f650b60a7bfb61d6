import { findMatches, indexNamesInSlices, type NameIndex } from '#domain/screening/name-match.ts'
import { wordsOf } from '#domain/screening/name-words.ts'
import {
  concerns,
  isBroken,
  type ScreeningList,
  type ScreeningRule,
  type ScreeningRules,
  type Velocity,
} from '#domain/screening/screening-rules.ts'
import type { ScreeningVerdict } from '#domain/operations/screening-verdict.ts'
import {
  gravestVerdict,
  type ScreenedParty,
  type ScreeningProvider,
  type ScreeningSubject,
} from '#domain/screening/screening.ts'

/** Where the data comes from; handed in, for this folder knows no database. */
export type RulesLoaders = {
  /** Everything that is active in a project, or `unchanged` where that is the version already known. */
  loadRules(projectId: string, known: string | undefined): Promise<ScreeningRules | 'unchanged'>
  velocityOf(asked: VelocityAsked): Promise<Velocity>
}

export type VelocityAsked = {
  readonly projectId: string
  readonly organizationId: string
  readonly rule: Extract<ScreeningRule, { windowHours: number }>
  /** The end of the window. */
  readonly at: Date
}

type Ready = {
  readonly version: string
  readonly lists: readonly { readonly list: ScreeningList; readonly index: NameIndex }[]
  readonly rules: readonly ScreeningRule[]
}
type Finding = { readonly verdict: ScreeningVerdict; readonly reason: string }

/** A project's lists stay in memory; of more projects than this the longest unused are read again. */
const PROJECTS_MAX = 20
const REASONS_MAX = 20
const NO_VELOCITY: Velocity = { count: 0, sum: 0n }

/** The embedded provider: the project's own lists of names, and its rules about amounts, velocity and countries. */
export function createRulesProvider(loaders: RulesLoaders): ScreeningProvider {
  const kept = new Map<string, Ready>()

  async function ready(projectId: string): Promise<Ready> {
    const known = kept.get(projectId)
    const loaded = await loaders.loadRules(projectId, known?.version)
    const now = loaded === 'unchanged' ? known : await prepare(loaded)
    if (!now) throw new Error('the rules were said to be unchanged, but none are known')
    kept.delete(projectId)
    kept.set(projectId, now)
    for (const oldest of [...kept.keys()].slice(0, -PROJECTS_MAX)) kept.delete(oldest)
    return now
  }

  return {
    label: 'rules',
    async check(subject) {
      const { lists, rules } = await ready(subject.projectId)
      const findings = subject.parties.flatMap((party) => lookUp(party, lists))
      for (const rule of rules.filter((one) => concerns(one, subject))) {
        const velocity = 'windowHours' in rule ? await velocityFor(rule, subject) : NO_VELOCITY
        if (isBroken(rule, subject, velocity))
          findings.push({ verdict: rule.verdict, reason: `rule "${rule.name}"` })
      }
      return {
        check: subject.check,
        verdict: gravestVerdict(findings.map(({ verdict }) => verdict)),
        reasons: findings.slice(0, REASONS_MAX).map(({ reason }) => reason),
      }
    },
  }

  function velocityFor(rule: VelocityAsked['rule'], subject: ScreeningSubject): Promise<Velocity> {
    const { projectId, organizationId, askedAt } = subject
    return loaders.velocityOf({ projectId, organizationId, rule, at: askedAt })
  }
}

/** A long list takes a second: between its slices the worker does what else there is. */
async function prepare({ version, lists, rules }: ScreeningRules): Promise<Ready> {
  const indexed: { list: ScreeningList; index: NameIndex }[] = []
  for (const list of lists) {
    const building = indexNamesInSlices(list.entries)
    let step = building.next()
    while (!step.done) {
      await new Promise((resolve) => setImmediate(resolve))
      step = building.next()
    }
    indexed.push({ list: { ...list, entries: [] }, index: step.value })
  }
  return { version, lists: indexed, rules }
}

function lookUp({ part, name }: ScreenedParty, lists: Ready['lists']): Finding[] {
  if (name.trim() === '') return []
  if (lists.length > 0 && wordsOf(name).length === 0)
    return [{ verdict: 'review', reason: `${part}: the name has no letters to compare` }]
  return lists.flatMap(({ list, index }) =>
    findMatches(index, name, list.nearFrom).map(({ id, score }): Finding => {
      const isMatch = score >= list.matchFrom
      const says = isMatch ? 'matches' : 'is near'
      return {
        verdict: isMatch ? list.onMatch : 'review',
        reason: `${part}: list "${list.name}" ${says} at ${score}: ${id}`,
      }
    }),
  )
}
