import { groupBy, indexBy, sumOf } from './rows.ts'
import type { Book, Finding, Operation, Reservation, Rule, Step } from './run.ts'
import { contractOf, flowOf } from './terms.ts'

/** What is used of a limit is what operations took of it and did not give back. */
export const limitsAddUp: Rule = {
  name: 'limits_add_up',
  find: ({ book }) => {
    const taken = groupBy(book.reservations, nameOf)
    const used = groupBy(book.limitUsage, nameOf)
    return [...new Set([...taken.keys(), ...used.keys()])].flatMap((subject) => {
      const live = (taken.get(subject) ?? []).filter(({ given_back }) => !given_back)
      const [due, there] = [
        sumOf(live, ({ amount }) => amount),
        sumOf(used.get(subject) ?? [], (row) => row.used),
      ]
      return due === there ? [] : { subject, detail: `${there} is used; taken and not given back is ${due}` }
    })
  },
}

/** An operation takes of its client's limits once, when it is let into the book, and gives all back if nothing comes of it. */
export const limitsAreTakenOnce: Rule = {
  name: 'limits_are_taken_once',
  find: ({ book }) => {
    const taken = groupBy(book.reservations, ({ operation_id }) => operation_id)
    const into = takingSteps(book)
    return book.operations.flatMap((operation) => {
      const { id, state, rules } = operation
      const isGivenBack = state === 'declined' || state === 'rejected' || state === 'failed'
      const due = into.has(id)
        ? rules.limits
            .filter(({ period }) => period !== '')
            .map(({ limit, period, add }) => `${limit} ${period} ${add}${isGivenBack ? ' given back' : ''}`)
        : []
      const there = (taken.get(id) ?? []).map(
        ({ limit_id, period, amount, given_back }) =>
          `${limit_id} ${period} ${amount}${given_back ? ' given back' : ''}`,
      )
      if (due.toSorted().join() === there.toSorted().join()) return []
      return {
        subject: id,
        detail: `is ${state}; took ${there.join(', ') || 'nothing'}, due is ${due.join(', ') || 'nothing'}`,
      }
    })
  },
}

/** Nobody came over a limit but those whom anti-fraud let: counted as it was used, step by step. */
export const limitsAreKept: Rule = {
  name: 'limits_are_kept',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const taken = groupBy(book.reservations, ({ operation_id }) => operation_id)
    const into = takingSteps(book)
    const used = new Map<string, bigint>()
    const findings: Finding[] = []
    for (const step of book.steps) {
      const operation = operations.get(step.operation_id)
      if (!operation || step.outcome !== 'applied') continue
      const isTaken = into.get(operation.id) === step.step
      if (isTaken && step.step === 'register')
        findings.push(...overIn(operation, taken.get(operation.id) ?? [], used))
      const sign = isTaken ? 1n : GIVES_BACK.has(step.to_state) && into.has(operation.id) ? -1n : 0n
      for (const one of taken.get(operation.id) ?? [])
        used.set(nameOf(one), (used.get(nameOf(one)) ?? 0n) + sign * one.amount)
    }
    return findings
  },
}

const GIVES_BACK: ReadonlySet<string> = new Set(['declined', 'rejected', 'failed'])

function overIn(
  { id, rules, organization_id }: Operation,
  reservations: readonly Reservation[],
  used: ReadonlyMap<string, bigint>,
): Finding[] {
  return rules.limits.flatMap(({ limit, period, add, max }) => {
    const own = reservations.find((one) => one.limit_id === limit && one.period === period)
    const before = used.get(nameOf(own ?? { organization_id, limit_id: limit, period })) ?? 0n
    return before + BigInt(add) > BigInt(max)
      ? [
          {
            subject: id,
            detail: `took ${add} of ${limit} ${period} at ${before}; no more than ${max} may be used`,
          },
        ]
      : []
  })
}

/** By operation: the step that let it into the book, by itself or by anti-fraud. */
function takingSteps({ steps }: Book): Map<string, string> {
  return new Map(steps.filter(isTaking).map(({ operation_id, step }) => [operation_id, step]))
}

function isTaking({ outcome, from_state, to_state }: Step): boolean {
  return (
    outcome === 'applied' && (from_state === 'received' || from_state === 'limited') && !OUTSIDE.has(to_state)
  )
}

const OUTSIDE: ReadonlySet<string> = new Set(['limited', 'refused', 'declined', 'rejected'])

type Named = Pick<Reservation, 'organization_id' | 'limit_id' | 'period'>

function nameOf({ organization_id, limit_id, period }: Named): string {
  return `${organization_id} ${limit_id} ${period}`
}

/** Every limit of the client's contract is pinned to the operation, in the period in which it was asked for. */
export const limitsAreOfTheContract: Rule = {
  name: 'limits_are_of_the_contract',
  find: ({ book }) =>
    book.operations.flatMap((operation) => {
      const flow = flowOf(operation)
      const contract = contractOf(book, operation.organization_id, operation.created_at)
      if (flow === undefined || !contract) return []
      const zone = book.projects.find(({ id }) => id === operation.project_id)?.time_zone ?? 'UTC'
      const due = book.limitProfiles
        .filter(
          (one) =>
            one.contract_id === contract.id && one.flow === flow && one.created_at < operation.created_at,
        )
        .filter(({ issuer_id }) => issuer_id === null || issuer_id === operation.issuer_id)
        .map(({ id, qualifier, time_unit, value }) => {
          const add = qualifier === 'amount' ? operation.amount : 1n
          return { unit: time_unit, told: `${id} ${add} of ${value}` }
        })
      const pinned = operation.rules.limits.map(({ limit, add, max }) => `${limit} ${add} of ${max}`)
      if (
        due
          .map(({ told }) => told)
          .toSorted()
          .join() !== pinned.toSorted().join()
      )
        return {
          subject: operation.id,
          detail: `is limited by ${pinned.join(', ')}; due is ${due.map(({ told }) => told).join(', ')}`,
        }
      const periods = new Set(due.flatMap(({ unit }) => periodsAround(operation.created_at, unit, zone)))
      const wrong = operation.rules.limits.find(({ period }) => !periods.has(period))
      return wrong ? { subject: operation.id, detail: `${wrong.limit} counts in ${wrong.period}` } : []
    }),
}

/** A wish is read shortly before it is committed, and the period may end in between. */
const AROUND_MS = [0, 60_000]

function periodsAround(at: Date, unit: string, zone: string): string[] {
  return AROUND_MS.map((before) => periodOf(new Date(at.getTime() - before), unit, zone))
}

function periodOf(at: Date, unit: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const [year = '', month = '', day = ''] = parts.format(at).split('-')
  switch (unit) {
    case 'per_transaction':
      return ''
    case 'per_day':
      return `${year}-${month}-${day}`
    case 'per_week':
      return isoWeek(Date.UTC(Number(year), Number(month) - 1, Number(day)))
    case 'per_month':
      return `${year}-${month}`
    case 'per_quarter':
      return `${year}-Q${Math.floor((Number(month) + 2) / 3)}`
    case 'per_year':
      return year
    default:
      return 'life'
  }
}

const DAY_MS = 86_400_000

/** ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek(day: number): string {
  const weekday = new Date(day).getUTCDay() || 7
  const thursday = new Date(day + (4 - weekday) * DAY_MS)
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = Math.floor((thursday.getTime() - first) / DAY_MS / 7) + 1
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}
