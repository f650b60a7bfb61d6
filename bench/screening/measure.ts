import { readFile } from 'node:fs/promises'
import { findMatches, indexNames, NEAR_FROM } from '#domain/screening/name-match.ts'
import { randomOf } from '../random.ts'
import { VARIANT_KINDS, variantOf, type Listed, type VariantKind } from './variants.ts'

export type Share = { readonly of: number; readonly found: number }
export type Measured = {
  /** Of the variants, those for which the name they were made from was found. */
  readonly recall: Share & {
    readonly byKind: ReadonlyMap<VariantKind, Share>
    readonly lost: readonly string[]
  }
  /** Of the common names, those for which anything was found. */
  readonly alarms: Share & { readonly names: readonly string[] }
}

export type Scored = {
  readonly variants: readonly { readonly kind: VariantKind; readonly text: string; readonly score: number }[]
  readonly common: readonly { readonly text: string; readonly score: number }[]
}

/** Scores below this are all the same: no list can ask for them. */
const SCORE_MIN = 50

/** Any other seed makes other variants of the same mix. */
export const SEED = 20_301_231

/** The committed sets. */
export async function readSets(): Promise<{ listed: Listed[]; common: string[] }> {
  const [persons, organizations, common] = await Promise.all(
    ['persons', 'organizations', 'common'].map(readLines),
  )
  const listed = [
    ...(persons ?? []).map((name) => ({ name, isPerson: true })),
    ...(organizations ?? []).map((name) => ({ name, isPerson: false })),
  ]
  return { listed, common: common ?? [] }
}

async function readLines(set: string): Promise<string[]> {
  const text = await readFile(new URL(`sets/${set}.txt`, import.meta.url), 'utf8')
  return text.split('\n').filter(Boolean)
}

/** A variant has the score of the name that it was made from, a common name the best of all. */
export function scoreAll(listed: readonly Listed[], common: readonly string[], seed = SEED): Scored {
  const index = indexNames(listed.map(({ name }, i) => ({ id: String(i), names: [name] })))
  const random = randomOf(seed)
  const variants = VARIANT_KINDS.flatMap((kind) =>
    listed.flatMap((entry, i) => {
      const written = variantOf(random, kind, entry)
      if (written === undefined) return []
      const own = findMatches(index, written, SCORE_MIN).find(({ id }) => id === String(i))
      return [{ kind, text: `${written} for ${entry.name}`, score: own?.score ?? 0 }]
    }),
  )
  const others = common.map((text) => ({ text, score: findMatches(index, text, SCORE_MIN)[0]?.score ?? 0 }))
  return { variants, common: others }
}

/** @param from the score that counts as found; as shipped: what a person would have to look at, or more */
export function measure({ variants, common }: Scored, from = NEAR_FROM): Measured {
  const share = (scored: readonly { readonly score: number }[]): Share => ({
    of: scored.length,
    found: scored.filter(({ score }) => score >= from).length,
  })
  const byKind = new Map(
    VARIANT_KINDS.map((one) => [one, share(variants.filter(({ kind }) => kind === one))] as const),
  )
  const lost = variants.filter(({ score }) => score < from).map(({ kind, text }) => `${kind}: ${text}`)
  const names = common.filter(({ score }) => score >= from).map(({ text }) => text)
  return { recall: { ...share(variants), byKind, lost }, alarms: { ...share(common), names } }
}
