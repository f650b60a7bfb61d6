import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { operationsIn } from './answers.ts'
import { createCarrier, type Carrier } from './carry.ts'
import { createCaller, type Caller } from './caller.ts'
import { checkAfterwards, type Violation } from './check.ts'
import { createCourse } from './course.ts'
import { startDriver } from './driver.ts'
import { planFaults } from './fault-plan.ts'
import { heal, playFaults, poison, type FaultCounts } from './faults.ts'
import { compareMirrors } from './final-sync.ts'
import { fundHoldings, isDone, moveByItself } from './holdings.ts'
import { makeWorld } from './make-world.ts'
import { forgetOrders, orderAtBank, orderAtProvider } from './orders.ts'
import { planWishes } from './plan.ts'
import { countOperations, untilQuiet } from './quiesce.ts'
import { startStack, type Stack, type TemporalKind } from './stack.ts'
import type { World } from './world.ts'

export type Conditions = {
  readonly seed: number
  readonly operations: number
  readonly faults: 'all' | 'none'
  readonly temporal: TemporalKind
  readonly product: string
  readonly folder: string
}

export type Outcome = {
  readonly seed: number
  readonly seconds: {
    readonly start: number
    readonly torture: number
    readonly quiesce: number
    readonly all: number
  }
  readonly operations: readonly { readonly kind: string; readonly state: string; readonly count: number }[]
  readonly heard: Readonly<Record<string, number>>
  readonly exchanges: number
  readonly doubled: number
  /** Decisions that were carried to Temporal past the API. */
  readonly carried: number
  readonly faults: { readonly [sort in keyof FaultCounts]: Readonly<Record<string, number>> }
  /** Of parts that ended without being killed. */
  readonly ownExits: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

const DELAYED_CALLS = {
  sort: 'toxic',
  link: 'bank-api',
  toxic: { type: 'latency', stream: 'upstream', attributes: { latency: 6_000, jitter: 0 } },
  forMs: 8_000,
} as const

/** A wish every so often at most: slow enough that each meets several faults, fast enough that many are under way at once. */
const PACE_MS = 250
const SPREAD_LEAST_MS = 18_000
const PROCESS_FAULTS_PER_OPERATION = 0.11
const MESSAGE_FAULTS_PER_OPERATION = 0.4
const LEAST = { processes: 14, messages: 40 }
/** How long after the last fault people still do what they meant to do: so long, or for this share of what it took until then. */
const PEOPLE_STAY_MS = 12_000
const PEOPLE_STAY_SHARE = 0.4

/** One seed: a stack of its own, the plan played on it, all of it healed, and then judged. */
export async function runSeed(conditions: Conditions, progress: (line: string) => void): Promise<Outcome> {
  const { folder, product, temporal, operations, seed } = conditions
  await mkdir(folder, { recursive: true })
  const began = Date.now()
  const stack = await startStack({ folder, product, temporal, progress })
  try {
    await stack.untilReady()
    const logFile = join(folder, 'exchanges.jsonl')
    const { ownerUrl, bank } = stack
    const world = await makeWorld({ api: stack.apis[0] ?? '', ownerUrl, bank })
    const caller = createCaller(stack.apis, logFile)
    await fund(caller, world)
    await fundHoldings(caller, world)
    await world.layDownRules()
    const start = secondsSince(began)
    progress(`Everything runs (${start} s). ${operations} operations follow.`)
    const carrier = createCarrier({ caller, address: stack.temporalAddress })
    const tortured = await torture({ conditions, stack, caller, carrier, world, logFile, progress })
    await caller.close()
    await carrier.close()
    const violations = await checkAfterwards(stack, { logFile, unquiet: tortured.unquiet })
    return {
      seed,
      seconds: { start, torture: tortured.torture, quiesce: tortured.quiesce, all: secondsSince(began) },
      operations: await countOperations(stack.ownerUrl),
      heard: Object.fromEntries(tortured.heard),
      exchanges: caller.exchanges(),
      doubled: caller.doubles(),
      carried: carrier.carried(),
      faults: await tortured.faults(),
      ownExits: Object.fromEntries([...stack.parts.values()].map((part) => [part.name, part.ownExits()])),
      violations,
    }
  } finally {
    await stack.stop()
  }
}

type Setting = {
  readonly conditions: Conditions
  readonly stack: Stack
  readonly caller: Caller
  readonly carrier: Carrier
  readonly world: World
  readonly logFile: string
  readonly progress: (line: string) => void
}

async function torture({ conditions, stack, caller, carrier, world, logFile, progress }: Setting) {
  const { seed, operations } = conditions
  const course = createCourse(Math.max(PACE_MS, SPREAD_LEAST_MS / operations))
  const isQuiet = conditions.faults === 'none'
  const began = Date.now()
  const driver = startDriver({
    seed,
    caller,
    carrier,
    world,
    orderAtBank: (order) => (isQuiet ? Promise.resolve() : orderAtBank(stack.bank, order)),
    orderAtProvider: (order) => (isQuiet ? Promise.resolve() : orderAtProvider(stack.aml, order)),
    delayCalls: async () => {
      if (!isQuiet) await poison(stack, DELAYED_CALLS)
    },
    moveByItself: (movement) => moveByItself(stack.bank, movement, logFile),
    wishes: planWishes(seed, operations),
    course,
  })
  const plan = isQuiet ? [] : planFaults(seed, { ...howMany(operations), wishes: operations })
  const counts = await playFaults(stack, { plan, course })
  await course.reach(operations)
  progress(`The last fault is over, all is asked for (${secondsSince(began)} s).`)
  // What is still under way meets what was ordered of bank and provider before all of it is forgotten.
  await course.settled()
  const tortured = secondsSince(began)
  progress(`Nothing waits for the product any more (${tortured} s). Healing.`)
  await heal(stack)
  const healed = Date.now()
  const stayMs = Math.max(PEOPLE_STAY_MS, PEOPLE_STAY_SHARE * (healed - began))
  await Promise.race([driver.finished, sleep(stayMs, undefined, { ref: false })])
  course.stop()
  await driver.stop()
  progress(`People have gone home (${secondsSince(healed)} s). Waiting for quiet.`)
  await forgetOrders(stack)
  const unquiet = await untilQuiet(stack)
  unquiet.push(...(await compareMirrors(caller, world)))
  return {
    torture: tortured,
    quiesce: secondsSince(healed),
    unquiet,
    heard: driver.sent,
    faults: () => summed(stack, counts),
  }
}

function howMany(operations: number) {
  return {
    processes: Math.max(LEAST.processes, Math.round(operations * PROCESS_FAULTS_PER_OPERATION)),
    messages: Math.max(LEAST.messages, Math.round(operations * MESSAGE_FAULTS_PER_OPERATION)),
  }
}

/** Every coin gets something to spend while nothing is wrong yet; these are operations like all others. */
async function fund(caller: Caller, { clients, limited, suspect, accountants, banks }: World): Promise<void> {
  for (const [n, { serial }] of [...clients, ...limited, suspect].entries()) {
    const mark = `fund-${serial}`
    const body = {
      coinSerial: serial,
      amount: n < POOR ? LITTLE : FUNDS,
      fullName: 'Founder',
      bankId: banks.manual,
      description: mark,
    }
    const [by] = accountants
    const ask = { by, path: '/bank-top-ups/with-bank', body, mark, key: `key-${mark}` }
    const heard = await caller.insist(ask, FUND_TRIES)
    const [operation] = operationsIn(heard)
    if (operation === undefined || !(await isDone(caller, { by, operation })))
      throw new Error(`the coin ${serial} could not be funded (${heard.status})`)
  }
}
/** Of a machine that is so busy that an answer is given up. */
const FUND_TRIES = 8
const FUNDS = '15000.00'
/** So many have so little that what is asked for at the same moment cannot all be had. */
const POOR = 2
const LITTLE = '250.00'

/** Faults of bank and provider count where somebody met them: both write down each. */
async function summed({ bank, aml }: Stack, { processes, messages, missed }: FaultCounts) {
  const met = [
    ...(await readLines(bank.journal)).map(
      (line) => line['kind'] === 'fault.met' && `bank: ${line['fault']}`,
    ),
    ...(await readLines(aml.log)).map((line) => line['fault'] !== null && `aml: ${line['fault']}`),
  ].filter((what) => typeof what === 'string')
  const all = new Map([...messages].filter(([what]) => !what.startsWith('order to ')))
  for (const what of met) all.set(what, (all.get(what) ?? 0) + 1)
  return {
    processes: Object.fromEntries(processes),
    messages: Object.fromEntries(all),
    missed: Object.fromEntries(missed),
  }
}

async function readLines(file: string): Promise<Readonly<Record<string, string | null>>[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Record<string, string | null>)
}

function secondsSince(ms: number): number {
  return Math.round((Date.now() - ms) / 100) / 10
}
