import type { Knex } from 'knex'
import { z } from 'zod'
import { accountFacts, ensureOwnAccount } from '#db/accounts/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import {
  coinFacts,
  addCoin,
  findCoin,
  listCoinsOf,
  lockCoinOwner,
  nextCoinNumber,
  setCoinActive,
  type Coin,
} from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import type { Issuer } from '#db/catalogue/issuers.ts'
import { coinSerial, hasSerialForm } from '#domain/accounts/coin-serial.ts'
import { newUuid } from '#domain/ids.ts'
import { openCoinAccount } from '#ledger/open-account.ts'

import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { accountInactive } from './apply-change.ts'
import { chooseIssuer } from './choose-issuer.ts'
import { coinBody, coinSchema } from './coin.ts'

const body = z
  .strictObject({
    name: text().meta({ examples: ['My euros'] }),
    issuerId: text(64)
      .optional()
      .meta({
        description: 'One of issuerId and currencyId is needed',
        examples: ['iss_01h2xcejqtf2nbrexx3vqjhp41'],
      }),
    currencyId: text(64).optional().meta({ description: 'Instead of issuerId: its only active issuer' }),
    type: z.enum(['client']).default('client'),
    customSerial: z
      .string()
      .regex(/^[A-Z0-9-]{4,34}$/, { error: 'must be 4 to 34 capital letters, digits or dashes', abort: true })
      .refine((serial) => !hasSerialForm(serial), 'must not end in 12 digits as generated serials do')
      .optional()
      .meta({ description: 'By default a serial with a check digit is made' }),
  })
  .refine(({ issuerId, currencyId }) => (issuerId === undefined) !== (currencyId === undefined), {
    path: ['issuerId'],
    message: 'one of issuerId and currencyId is needed, and not both',
  })

export const createCoin = endpoint({
  method: 'post',
  path: '/coins',
  family: 'Coins',
  summary: 'Open a coin',
  description:
    'One for each issuer, in an account of your own that is made with the first of them. The first is the main one. It is active at once.',
  access: 'COIN_OWNER',
  body,
  answers: { 201: { description: 'Opened', body: coinSchema } },
  async handle({ body: wish, caller }, { db, newId, randomBytes }) {
    const fresh = { id: newId('coin'), accountId: newUuid(randomBytes(UUID_BYTES)), wish }
    const coin = await inProject(db, caller.projectId, (trx) => open(trx, caller, fresh))
    return { status: 201, body: coinBody(coin) }
  },
})

const UUID_BYTES = 16

type Wish = { readonly id: string; readonly wish: z.infer<typeof body> }
/** With an id for the client's own account, should there be none yet. */
type Opening = Wish & { readonly accountId: string }

async function open(trx: Knex, caller: Caller, { id, accountId, wish }: Opening): Promise<Coin> {
  // Two equal calls at once would both find no coin yet.
  if (!(await lockCoinOwner(trx, caller.organizationId))) throw new Error('The caller has no organization.')
  const issuer = await chooseIssuer(trx, wish)
  const theirs = await listCoinsOf(trx, caller.organizationId)
  const { account, isNew } = await ensureOwnAccount(trx, {
    id: accountId,
    project_id: caller.projectId,
    organization_id: caller.organizationId,
    created_by: caller.personId,
  })
  if (!account.active) throw accountInactive()
  if (theirs.some((coin) => coin.account_id === account.id && coin.issuer_id === issuer.id)) {
    const parameter = wish.issuerId === undefined ? 'currencyId' : 'issuerId'
    throw conflict('coin_exists', parameter, 'You have a coin of this issuer already.')
  }
  const serial = wish.customSerial ?? coinSerial(issuer.sn_prefix, await nextCoinNumber(trx))
  await openCoinAccount(trx, caller.projectId, { id, issuerId: issuer.id })
  const main = !theirs.some((coin) => coin.main)
  const row = rowOf(caller, issuer, { id, serial, wish, main, accountId: account.id })
  const added = await addCoin(trx, row)
  if (!added) throw conflict('coin_serial_exists', 'customSerial', 'is taken by another coin')
  await setCoinActive(trx, row, true)
  const coin = await findCoin(trx, serial)
  if (!coin) throw new Error(`Coin ${serial} was added and is not there.`)
  const entry = { actor: caller.personId, source: 'api' } as const
  const first = { action: 'account.create', subjectType: 'account', subjectId: account.id }
  await appendAudit(trx, caller.projectId, [
    ...(isNew ? [{ ...entry, ...first, after: accountFacts(account) }] : []),
    { ...entry, action: 'coin.create', subjectType: 'coin', subjectId: id, after: coinFacts(coin) },
  ])
  return coin
}

function rowOf(caller: Caller, issuer: Issuer, coin: Opening & { serial: string; main: boolean }) {
  return {
    id: coin.id,
    project_id: caller.projectId,
    organization_id: caller.organizationId,
    account_id: coin.accountId,
    issuer_id: issuer.id,
    serial: coin.serial,
    name: coin.wish.name,
    type: coin.wish.type,
    main: coin.main,
    created_by: caller.personId,
  }
}
