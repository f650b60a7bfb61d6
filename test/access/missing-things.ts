import { randomUUID } from 'node:crypto'
import { freshCode } from '#test/support/catalogue.ts'
import { id } from '#test/support/book.ts'
import { remember, type Things } from './things.ts'

/** Of the right form, and nowhere. */
export function missingThings(): Things {
  return remember({
    home: one('org'),
    client: missingClient,
    payee: missingClient,
    colleague: one('usr'),
    bank: one('bnk'),
    account: one('bac'),
    approvedAccount: one('bac'),
    currency: async () => ({ id: id('cur'), code: freshCode() }),
    issuer: one('iss'),
    accountType: labelled,
    network: labelled,
    subType: one('cfg'),
    priced: async () => ({
      contract: id('con'),
      profile: id('cpr'),
      rule: id('cru'),
      condition: id('cnd'),
      limit: id('lim'),
    }),
    approvalRule: one('apr'),
    ruleChange: one('arc'),
    delegation: one('dlg'),
    waitingTopUp: operation,
    waitingWithdrawal: operation,
    limited: operation,
    payout: operation,
    processed: one('op'),
    line: one('line'),
    difference: one('brk'),
    explainedDifference: one('brk'),
    dataExport: one('exp'),
    import: one('imp'),
    policy: one('scp'),
    list: async () => ({ list: id('scl'), entry: id('sce') }),
    amlRule: one('scr'),
    clientAccount: async () => ({ id: randomUUID() }),
    asset: one('coin'),
    wallet: one('wal'),
    project: async () => ({ key: id('prj').replace('_', '-') }),
    platform: one('plt'),
    platformAsset: one('coin'),
    otherPlatformAsset: one('coin'),
  })
}

async function missingClient() {
  const person = id('usr')
  const serial = id('coin').slice(5).toUpperCase()
  return { id: person as string, organization: id('org') as string, serial, login: `${person}@example.org` }
}

function one(prefix: string) {
  return async () => ({ id: id(prefix) })
}

async function labelled() {
  return { id: id('cfg') as string, label: freshCode() }
}

async function operation() {
  return { id: id('op'), number: String(900_000_000 + (Date.now() % 1_000_000)) }
}
