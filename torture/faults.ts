import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { MessageFault, PlannedFault, ProcessFault, Whom } from './fault-plan.ts'
import { forgetOrdersOfProvider, orderAtBank, orderAtProvider } from './orders.ts'
import type { Course } from './course.ts'
import type { Link, Stack } from './stack.ts'

export type FaultCounts = {
  /** By sort and part: `kill worker1`. */
  readonly processes: Map<string, number>
  /** Where there is little traffic only what bytes came by; orders to bank and provider are counted by what met them. */
  readonly messages: Map<string, number>
  /** Which could not be done: the part was down already, or nothing came by. */
  readonly missed: Map<string, number>
}

/** Does what the plan says at its places. Resolves after the last one has come and gone; what is broken then is healed by `heal`. */
export async function playFaults(
  stack: Stack,
  { plan, course }: { plan: readonly PlannedFault[]; course: Course },
): Promise<FaultCounts> {
  const counts: FaultCounts = { processes: new Map(), messages: new Map(), missed: new Map() }
  const busy = new Set<string>()
  await Promise.all(
    plan.map(async ({ place, fault }) => {
      await course.reach(place)
      const [what, where] = isOfProcess(fault)
        ? [`${fault.sort} ${fault.part}`, counts.processes]
        : [nameOf(fault), counts.messages]
      const done = isOfProcess(fault)
        ? await disturb(stack, fault, busy)
        : await spoil(stack, fault, course).catch(() => 0)
      add(done > 0 ? where : counts.missed, what, Math.max(1, done))
    }),
  )
  return counts
}

function isOfProcess(fault: ProcessFault | MessageFault): fault is ProcessFault {
  return fault.sort === 'kill' || fault.sort === 'freeze'
}

function nameOf(fault: MessageFault): string {
  switch (fault.sort) {
    case 'toxic':
      return `${fault.toxic.type} ${fault.link}`
    case 'cut':
      return `cut ${fault.link}`
    case 'terminate':
      return `terminate ${fault.whom} backend`
    case 'bank':
    case 'aml':
      return `order to ${fault.sort}: ${fault.fault}`
  }
}

/** One fault at a time for each process: what is dead cannot be frozen. */
async function disturb(
  stack: Stack,
  { sort, part: name, forMs }: ProcessFault,
  busy: Set<string>,
): Promise<number> {
  const part = stack.parts.get(name)
  if (!part || busy.has(name)) return 0
  busy.add(name)
  try {
    if (sort === 'kill') await part.kill()
    else part.freeze()
    await sleep(forMs)
    if (sort === 'kill') await part.start()
    else part.thaw()
  } finally {
    busy.delete(name)
  }
  return 1
}

/** @returns how many there were */
async function spoil(stack: Stack, fault: MessageFault, course: Course): Promise<number> {
  switch (fault.sort) {
    case 'toxic':
      return poison(stack, fault)
    case 'cut':
      return cut(stack, fault)
    case 'terminate':
      return terminate(stack.appUrl, fault.whom, course)
    case 'bank':
      await orderAtBank(stack.bank, { fault: fault.fault, times: fault.times, delayMs: fault.delayMs })
      return 1
    case 'aml':
      await orderAtProvider(stack.aml, { fault: fault.fault, times: fault.times })
      return 1
  }
}

let named = 0

/** Where nothing may come by for seconds; the proxies count bytes only once a connection has ended, so some are not seen. */
const SPARSE: ReadonlySet<Link> = new Set(['worker-bank', 'bank-api', 'worker-aml'])

export async function poison(
  { proxies }: Stack,
  { link, toxic, forMs }: Extract<MessageFault, { sort: 'toxic' }>,
): Promise<number> {
  const name = `toxic-${(named += 1)}`
  const before = await proxies.bytesThrough(link)
  await proxies.add(link, name, toxic)
  await sleep(forMs)
  await proxies.remove(link, name)
  return !SPARSE.has(link) || (await proxies.bytesThrough(link)) > before ? 1 : 0
}

async function cut(
  { proxies }: Stack,
  { link, forMs }: Extract<MessageFault, { sort: 'cut' }>,
): Promise<number> {
  await proxies.setEnabled(link, false)
  await sleep(forMs)
  await proxies.setEnabled(link, true)
  return 1
}

/** A backend that is writing its commit record dies after it: durable, and nobody hears of it. */
const COMMITS = `select pg_terminate_backend(pid) as done from pg_stat_activity
  where application_name = 'sluice' and state = 'active' and (query ilike 'commit%' or lower(wait_event) in ('walsync', 'walwrite'))`
const VICTIMS: Readonly<Record<Whom, string>> = {
  booking: `${COMMITS} and query ilike '%_steps(%'`,
  committing: COMMITS,
  any: `select pg_terminate_backend(pid) as done from pg_stat_activity where application_name = 'sluice' order by random() limit 2`,
}
/** Over how many wishes a victim is looked for. */
const LOOKED_FOR = 8
const LOOK_EVERY_MS = 3

async function terminate(url: string, whom: Whom, course: Course): Promise<number> {
  const client = new Client({ connectionString: url, application_name: 'torture' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    for (const last = course.at() + LOOKED_FOR; course.at() < last;) {
      const { rows } = await client.query<{ done: boolean }>(VICTIMS[whom])
      if (rows.length > 0) return rows.filter(({ done }) => done).length
      await sleep(LOOK_EVERY_MS)
    }
    return 0
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** All is well again: nothing is in the way, and everything runs. What was ordered to fail at the bank still may, as people go on. */
export async function heal(stack: Stack): Promise<void> {
  await stack.proxies.heal()
  for (const part of stack.parts.values()) part.thaw()
  await stack.untilReady()
  await forgetOrdersOfProvider(stack)
}

function add(counts: Map<string, number>, what: string, more: number): void {
  counts.set(what, (counts.get(what) ?? 0) + more)
}
