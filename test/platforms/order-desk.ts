import { createBookActivities, createPlatformActivities } from '#activities/index.ts'
import { recordIntent, type Intent } from '#db/operations/intents.ts'
import { PlatformUnavailable, type Unavailability } from '#domain/platforms/holders.ts'
import type { HoldingPlatform } from '#domain/platforms/holding-platform.ts'
import type { OrderKind } from '#domain/operations/operation.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { createLedger } from '#ledger/ledger.ts'
import { connect } from '#test/support/connect.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { expectSoundBook, id, openTestBook } from '#test/support/book.ts'
import { createDatabase } from '#test/support/database.ts'
import { opened } from '#test/support/opened.ts'
import { addAsset, addPlatform } from '#test/support/platform-book.ts'
import type { fakeHolder } from './fake-holder.ts'

export const RUN = { workflowId: 'test', runId: 'run-1' }
export const HOUR_MS = 3_600_000

export type Activities = ReturnType<typeof createBookActivities> & ReturnType<typeof createPlatformActivities>

type WorkerOptions = {
  readonly now?: () => Date
  readonly version?: number | undefined
  /** What happens between the last look at the book and a step. */
  readonly beforeStep?: () => Promise<void>
}
const nothing = () => Promise.resolve()

export async function carriedOut(worker: Activities, operation: string) {
  const answer = await worker.sendOrder({ operation, send: 1 })
  return worker.recordOrder({ operation, answer })
}

/** A book with a platform, and workers that bring a hand-written one. After each case every law of the book holds. */
export function useOrderDesk() {
  const desk = opened(openOrderDesk, ({ close }) => close())
  afterEach(() => desk.settle())
  return desk
}

async function openOrderDesk() {
  const database = await createDatabase()
  const book = await openTestBook(database)
  const platform = await addPlatform(book)
  const closing: (() => Promise<void>)[] = []

  /** A worker process: connections and a ledger of its own. */
  function workerOn(
    holder: HoldingPlatform | Unavailability,
    { now = () => new Date(), version = 1, beforeStep = nothing }: WorkerOptions = {},
  ): Activities {
    const db = connect(database.url, 4)
    closing.push(() => db.destroy())
    const ledger = createLedger(db)
    const deps = activityDeps(db, {
      holders: {
        open: () =>
          typeof holder === 'string'
            ? Promise.reject(new PlatformUnavailable(holder))
            : Promise.resolve({ ...holder, label: 'fake', version }),
      },
      ledger: { apply: (...asked) => beforeStep().then(() => ledger.apply(...asked)) },
      now,
    })
    return { ...createBookActivities(deps), ...createPlatformActivities(deps) }
  }

  /** Registered, and on its way to the platform. */
  async function placed(
    worker: Activities,
    { kind = 'platform_deposit', ...more }: Partial<Intent> & { coin: string; kind?: OrderKind },
  ): Promise<string> {
    const operation = id('op')
    const amount = more.amount ?? 300n
    await recordIntent(book.db, book.projectId, {
      id: operation,
      kind,
      needsDecision: false,
      issuer: book.issuerId,
      organization: await book.organizationOf(more.coin),
      senderAmount: amount,
      recipientAmount: amount,
      rules: NOTHING_PINNED,
      platform,
      askedBy: book.asker,
      ...more,
      amount,
    })
    await worker.registerOperation({ ...RUN, operation, kind })
    if (kind === 'platform_withdrawal') {
      const ticket = await book.issueTicket(operation, await book.addPerson('accountant'), 'accept')
      await worker.decideOperation({ operation, kind, verb: 'accept', ticket, runId: RUN.runId })
    }
    return operation
  }

  /** An account there, and an asset here that mirrors it, with something on both. */
  async function funded(there: ReturnType<typeof fakeHolder>, account: string = id('acc')) {
    const { coin, organization } = await addAsset(book, { platform, account })
    const worker = workerOn(there.holder)
    await carriedOut(worker, await placed(worker, { coin, amount: 1_000n }))
    return { worker, coin, organization, account }
  }

  return {
    book,
    platform,
    workerOn,
    placed,
    funded,
    asset: (account: string) => addAsset(book, { platform, account }),
    balanceOf: async (coin: string) => (await book.balances()).get(coin),
    /** After each test: its workers have gone, and the book is sound. */
    settle: async () => {
      for (const close of closing.splice(0)) await close()
      await expectSoundBook(book)
    },
    close: async () => {
      await book.close()
      await database.drop()
    },
  }
}
