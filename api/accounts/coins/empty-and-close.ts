import type { Knex } from 'knex'
import { z } from 'zod'
import { findCoinFacts } from '#db/accounts/coin-facts.ts'
import { findCoin, isCoinInUse, type Coin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { findOperation, findOperationByKey } from '#db/operations/operations.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { explainRefusal, type Refusal } from '#domain/operations/refusal.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller, type Reply } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { asReplay, keyReused, readIdempotency, type Idempotency } from '../../operations/idempotency.ts'
import { pinRules, price } from '../../operations/pin-rules.ts'
import { processSchema } from '../../operations/process-schema.ts'
import { readProcess } from '../../operations/read-process.ts'
import { demandKeptHere } from '../../operations/wish-context.ts'
import { badParameter, conflict, refusalProblem, type Problem } from '../../http/problem.ts'
import { transferOf } from '../../operations/transfers/transfer-of.ts'
import { closeCoin, closedForGood, lockOwnCoin, notEmpty } from './close-coin.ts'
import { coinParams, SERIAL_MAX } from './coin.ts'

const bodySchema = z.strictObject({
  transferToCoinSerial: text(SERIAL_MAX).meta({
    description: 'Serial of a coin of the same issuer, yours or another’s',
    examples: ['EUR000000000023'],
  }),
})

/**
 * A transfer of the ledger, then the closing, each complete in itself. After a crash between the two the coin is open
 * and empty, so the same call again, with its key or without one, has only the closing left to do.
 */
export const emptyAndCloseCoin = endpoint({
  method: 'put',
  path: '/close/coin/:serial',
  family: 'Coins',
  summary: 'Move all that is on your coin to another one, and close it',
  description:
    'Refused while anything is held or an operation of the coin is open. Where money comes in meanwhile, the transfer stands and the closing is refused: call again without the key, or with a new one.',
  access: 'COIN_OWNER',
  idempotent: true,
  params: coinParams,
  body: bodySchema,
  answers: {
    200: {
      description: 'Closed. `process` is the transfer; it is absent where there was nothing to move.',
      body: z.strictObject({ status: z.literal('ok'), process: processSchema.optional() }),
    },
  },
  async handle({ params: { serial }, body, caller, headers }, deps) {
    const { key, bodyHash } = readIdempotency(headers, `PUT /close/coin/${serial}`, body)
    const plan = () =>
      inProject(deps.db, caller.projectId, (trx) =>
        readPlan(trx, caller, { serial, target: body.transferToCoinSerial, key, bodyHash, at: deps.now() }),
      )
    const replay = (operation: string) => asReplay(finish(deps, caller, { serial, operation }))
    const planned = await plan()
    if ('earlier' in planned) return replay(planned.earlier)
    const { coin, counterCoin } = planned
    const amount = BigInt(coin.posted)
    if (amount === 0n) return finish(deps, caller, { serial })
    const step = transferOf(deps, caller, {
      coin,
      counterCoin,
      amount,
      senderAmount: amount,
      recipientAmount: amount,
      rules: NOTHING_PINNED,
      bodyHash,
      key,
      isMerchant: coin.organization.type === 'merchant',
    })
    const answer = await deps.ledger.apply(caller.projectId, step, 'api')
    if (answer.outcome !== 'unknown') return finish(deps, caller, { serial, operation: step.operation })
    const again = await plan()
    if ('earlier' in again) return replay(again.earlier)
    throw new Error('a transfer was neither booked nor found under its key')
  },
})

type Asked = Idempotency & { readonly serial: string; readonly target: string; readonly at: Date }
type Plan = { readonly coin: Coin; readonly counterCoin: Coin } | { readonly earlier: string }

/** All of this can change at once: the book looks again when it moves the money, and once more when the coin is closed. */
async function readPlan(trx: Knex, caller: Caller, asked: Asked): Promise<Plan> {
  const coin = await lockOwnCoin(trx, caller, asked.serial)
  // After the coin: what a quicker call with this key did to it would else look like somebody else's doing.
  const earlier = await findEarlier(trx, caller, asked)
  if (earlier !== undefined) return { earlier }
  if (coin.closed_at) throw closedForGood('coin')
  const counterCoin = await readTarget(trx, coin, asked.target)
  if (await isCoinInUse(trx, coin.id)) throw notEmpty('coin')
  // An empty coin needs no transfer, and may be closed as it is.
  if (coin.posted !== '0' && !coin.active) throw refusalProblem('coin_inactive', 'serial')
  if (coin.posted !== '0' && !counterCoin.active)
    throw refusalProblem('coin_inactive', 'transferToCoinSerial')
  if (coin.posted !== '0') await demandFreeTransfer(trx, { coin, counterCoin, at: asked.at })
  return { coin, counterCoin }
}

/** What costs something, or waits for somebody, has to be asked for as what it is; closing is not a way around it. */
async function demandFreeTransfer(
  trx: Knex,
  { coin, counterCoin, at }: { coin: Coin; counterCoin: Coin; at: Date },
): Promise<void> {
  const amount = BigInt(coin.posted)
  const [source, target] = [
    await findCoinFacts(trx, coin.serial),
    await findCoinFacts(trx, counterCoin.serial),
  ]
  if (!source || !target) throw new Error('a coin that was just read is not there')
  demandKeptHere(source, 'serial')
  demandKeptHere(target, 'transferToCoinSerial')
  const { terms, charge } = await price(trx, {
    flow: 'transfer',
    coin: source,
    counterCoin: target,
    amount,
    at,
  })
  const rules = await pinRules(trx, {
    kind: 'transfer',
    issuerId: coin.issuer_id,
    amount,
    needsDecision: false,
    terms,
    at,
  })
  const isHeldBack = rules.limits.length > 0 || rules.screening !== null || rules.approval !== null
  if (charge.commission > 0n || isHeldBack)
    throw conflict(
      'transfer_held_back',
      'transferToCoinSerial',
      'a commission, a limit or another rule applies to this transfer; empty the coin by POST /transfers first',
    )
}

async function findEarlier(trx: Knex, { personId: askedBy }: Caller, { key, bodyHash }: Idempotency) {
  if (key === undefined) return undefined
  const row = await findOperationByKey(trx, { askedBy, key })
  if (row && row.body_hash?.toString('hex') !== bodyHash) throw keyReused()
  return row?.id
}

async function readTarget(trx: Knex, coin: Coin, serial: string): Promise<Coin> {
  const target = await findCoin(trx, serial)
  if (!target) throw badParameter('transferToCoinSerial', 'is not the serial of a coin')
  if (target.id === coin.id)
    throw badParameter('transferToCoinSerial', 'must be another coin than the one to close')
  if (target.issuer_id !== coin.issuer_id)
    throw badParameter('transferToCoinSerial', 'must be a coin of the same issuer')
  return target
}

/** Closes what the transfer has emptied, if that was not done before. */
function finish(
  { db }: ApiDeps,
  caller: Caller,
  { serial, operation }: { serial: string; operation?: string },
): Promise<Reply> {
  return inProject(db, caller.projectId, async (trx) => {
    const row = operation === undefined ? undefined : await findOperation(trx, operation)
    if (row?.refusal) throw changedMeanwhile(row.refusal)
    const coin = await lockOwnCoin(trx, caller, serial)
    if (!row || !coin.closed_at) await closeCoin(trx, caller, { coin })
    return { status: 200, body: { status: 'ok', ...(row && { process: await readProcess(trx, row) }) } }
  })
}

/** All was well when it was looked at, and the book found it otherwise. */
function changedMeanwhile(refusal: Refusal): Problem {
  return conflict(refusal, 'serial', `The coins changed meanwhile: ${explainRefusal(refusal)}`)
}
