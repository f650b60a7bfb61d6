/** A name that a list of watchman's has, and how like it is, from 0 to 1. */
export type WatchmanMatch = { readonly list: string; readonly entry: string; readonly match: number }

/** Lists of names in an answer of v0.31. `addresses` is left out: an address is not a name. */
const LISTS = [
  'SDNs',
  'altNames',
  'deniedPersons',
  'bisEntities',
  'militaryEndUsers',
  'sectoralSanctions',
  'unverifiedCSL',
  'nonproliferationSanctions',
  'foreignSanctionsEvaders',
  'palestinianLegislativeCouncil',
  'captaList',
  'itarDebarred',
  'nonSDNChineseMilitaryIndustrialComplex',
  'nonSDNMenuBasedSanctionsList',
  'euConsolidatedSanctionsList',
  'ukConsolidatedSanctionsList',
  'ukSanctionsList',
] as const

/** What its lists number their names with, by origin: OFAC, the consolidated lists, the EU, the UK. */
const ID_FIELDS = ['entityID', 'EntityID', 'EntityLogicalID', 'GroupID'] as const

/** Whoever has loaded lists gives the nearest names, however far; who gives none has none. */
const LOADED_SINCE = Date.UTC(2000, 0, 1)

/**
 * What an answer says, best first. No minimum is asked for, so that a server without lists cannot pass for one that found nothing.
 * @throws Error where a list is missing, a match is not a number from 0 to 1, or nothing was loaded
 */
export function readMatches(answer: unknown): WatchmanMatch[] {
  if (!isRecord(answer)) throw nonsense('no object')
  const refreshed = typeof answer['refreshedAt'] === 'string' ? Date.parse(answer['refreshedAt']) : Number.NaN
  if (!(refreshed > LOADED_SINCE)) throw nonsense('no date of its lists')
  const matches = LISTS.flatMap((list) => {
    const found = answer[list]
    if (found === null) return []
    if (!Array.isArray(found)) throw nonsense(`no ${list}`)
    return found.map((entry: unknown) => readMatch(list, entry))
  })
  if (matches.length === 0) throw nonsense('no lists loaded')
  return matches.toSorted((a, b) => b.match - a.match)
}

function readMatch(list: string, entry: unknown): WatchmanMatch {
  if (!isRecord(entry)) throw nonsense(`${list} holds something else`)
  const match = entry['match']
  if (typeof match !== 'number' || !(match >= 0 && match <= 1)) throw nonsense(`${list} without a match`)
  const ids = ID_FIELDS.map((field) => entry[field]).map((id) => (typeof id === 'number' ? String(id) : id))
  const id = ids.find((one) => typeof one === 'string' && /^[\w.-]{1,40}$/.test(one))
  return { list, entry: typeof id === 'string' ? id : '', match }
}

function nonsense(what: string): Error {
  return new Error(`watchman gave no usable answer: ${what}`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
