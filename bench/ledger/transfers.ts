import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { connect } from '#db/connection.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { bookAtOnceStep, type Step } from '#domain/operations/step.ts'
import { createLedger, type Ledger } from '#ledger/ledger.ts'
import { pick, type Random } from '../random.ts'
import type { Stage } from '../row.ts'
import { freshId, makeWorld, type BenchClient, type World } from '../world.ts'

/** As many for the book as for the plain function. */
const CONNECTIONS = 64
/** Minor units on each coin: no transfer of a measurement is refused. */
const FUNDS = 10n ** 12n
const SCHEMA = new URL('./plain-book.sql', import.meta.url)

/** Which two coins the next transfer is between. */
export type Route = (clients: readonly BenchClient[]) => {
  readonly from: BenchClient
  readonly to: BenchClient
}

export function anyTwo(random: Random): Route {
  return (clients) => {
    const from = pick(random, clients)
    let to = from
    while (to === from) to = pick(random, clients)
    return { from, to }
  }
}

/** One coin is in all of them, giving or taking. */
export function oneInCommon(random: Random): Route {
  return (clients) => {
    const [common, ...others] = clients
    if (!common) throw new Error('no coins')
    const other = pick(random, others)
    return random() < 0.5 ? { from: common, to: other } : { from: other, to: common }
  }
}

export type Books = Awaited<ReturnType<typeof openBooks>>

/** The book and the plain function over equal coins, in one process, each with as many connections. */
export async function openBooks(stage: Pick<Stage, 'appUrl' | 'ownerUrl'>, coinCount: number) {
  const world = await makeWorld(stage)
  const clients = await world.addClients(coinCount, FUNDS)
  const app = connect(stage.appUrl, CONNECTIONS)
  const ledger = createLedger(app)
  const plain = new pg.Pool({ connectionString: stage.ownerUrl, max: CONNECTIONS })
  await world.owner.raw(await readFile(SCHEMA, 'utf8'))
  await plain.query('insert into plain.accounts select unnest($1::text[]), $2', [
    clients.map(({ coin }) => coin),
    FUNDS.toString(),
  ])
  return {
    world,
    clients,
    ledger,
    transfer: (route: Route) => transfer({ world, ledger }, route(clients)),
    transferPlainly: async (route: Route) => {
      const { from, to } = route(clients)
      await plain.query({
        name: 'post',
        text: 'select plain.post_transfer($1, $2, $3, 1)',
        values: [freshId('op'), from.coin, to.coin],
      })
    },
    close: async () => {
      await plain.end()
      await app.destroy()
      await world.close()
    },
  }
}

async function transfer(
  { world, ledger }: { world: World; ledger: Ledger },
  between: { from: BenchClient; to: BenchClient },
): Promise<void> {
  const { outcome } = await ledger.apply(world.projectId, transferStep(world, between), 'api')
  if (outcome !== 'applied') throw new Error(`a transfer was ${outcome}`)
}

/** Of one minor unit, born and booked in one step, as the API makes it. */
export function transferStep(
  { projectId, issuerId }: World,
  { from, to }: { from: BenchClient; to: BenchClient },
): Step {
  const same = { amount: 1n, senderAmount: 1n, recipientAmount: 1n, rules: NOTHING_PINNED }
  const id = freshId('op')
  const facts = {
    ...same,
    id,
    projectId,
    kind: 'transfer',
    needsDecision: false,
    coinId: from.coin,
    counterCoinId: to.coin,
    organizationId: from.organization,
    issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
  } as const
  return bookAtOnceStep(facts, {
    ...same,
    coin: from.coin,
    counterCoin: to.coin,
    issuer: issuerId,
    organization: from.organization,
    askedBy: from.id,
    key: id,
    bodyHash: BODY_HASH,
  })
}
const BODY_HASH = '0'.repeat(64)

/** So many postings, of steps as any others, as fast as the book takes them. */
export async function fillBook(
  { world, ledger, clients }: Pick<Books, 'world' | 'ledger' | 'clients'>,
  { postings, random }: { postings: number; random: Random },
): Promise<void> {
  const route = anyTwo(random)
  let left = Math.ceil(postings / 2)
  const fill = async () => {
    for (; left > 0; left -= 1) await transfer({ world, ledger }, route(clients))
  }
  await Promise.all(Array.from({ length: FILLERS }, fill))
  await world.analyze()
}
const FILLERS = 512
