import type { Json } from './history-file.ts'

/**
 * What differs between two recordings of the same path, or says on whose machine it was made, and what no replay reads.
 * Failures keep their message and lose the stack, which is made of paths.
 */
const LEFT_OUT = new Set([
  'taskId',
  'requestId',
  'historySizeBytes',
  'workerVersion',
  'meteringMetadata',
  'stackTrace',
])
/** Protobuf maps, which come in any order. */
const MAPS = new Set(['metadata', 'indexedFields', 'details'])

const ID = /\b([a-z]{2,5})_[0-9a-hjkmnp-tv-z]{26}\b/g
const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g
const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g
const SECONDS = /\{"seconds":\d+,"nanos":\d+\}/g
/** What is left of a week of waiting, to the millisecond: in the book's answer and on the timer. */
const DECIDE_IN = /"decideInMs":(\d+)/g
/** Counts on from one path to the next. */
const REQUEST_NUMBER = /"requestIdentifier":"\d+"/g
const LONG_WAIT = /^(\d{3,})\.\d+s$/

const BEGIN_S = Date.UTC(2026, 0, 1) / 1000
const BEGIN = isoOf(BEGIN_S)

/** The same history with ids by number, its own clock that ticks once per event, and no name of a machine. */
export function normalise(history: Json): Json {
  const numbers = new Map<string, number>()
  const numberOf = (id: string) => {
    const number = numbers.get(id) ?? numbers.size + 1
    numbers.set(id, number)
    return String(number)
  }

  function text(value: string): string {
    return value
      .replaceAll(ID, (id, prefix: string) => `${prefix}_${numberOf(id).padStart(26, '0')}`)
      .replaceAll(UUID, (id) => `00000000-0000-4000-8000-${numberOf(id).padStart(12, '0')}`)
      .replaceAll(INSTANT, BEGIN)
      .replaceAll(SECONDS, `{"seconds":${BEGIN_S},"nanos":0}`)
      .replaceAll(DECIDE_IN, (_, ms: string) => `"decideInMs":${Math.ceil(Number(ms) / 1000) * 1000}`)
      .replaceAll(REQUEST_NUMBER, '"requestIdentifier":"100001"')
      .replace(LONG_WAIT, (_, seconds: string) => `${Number(seconds) + 1}s`)
  }

  function field(key: string, value: Json, owner: Readonly<Record<string, Json>>): Json {
    if (key === 'identity') return 'sluice'
    if (key === 'name' && owner['kind'] === 'TASK_QUEUE_KIND_STICKY') return 'sluice-sticky'
    if (key === 'eventTime') return isoOf(BEGIN_S + Number(owner['eventId']))
    if (key === 'data' && typeof value === 'string') return recode(value, text)
    return tree(value, MAPS.has(key))
  }

  function tree(value: Json, isMap = false): Json {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return value
    if (isList(value)) return value.map((item) => tree(item)).toSorted(byNumber)
    const fields = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key))
    if (isMap) fields.sort(([one], [other]) => (one < other ? -1 : 1))
    return Object.fromEntries(fields.map(([key, item]) => [key, field(key, item, value)]))
  }

  return tree(history)
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}

/** Lists of numbers are sets, of the flags that the SDK used; of anything else the order stays. */
function byNumber(one: Json, other: Json): number {
  return typeof one === 'number' && typeof other === 'number' ? one - other : 0
}

function recode(base64: string, change: (text: string) => string): string {
  return Buffer.from(change(Buffer.from(base64, 'base64').toString())).toString('base64')
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
