import type { State } from '#domain/operations/operation.ts'
import { parseSigned } from '#domain/platforms/platform-amount.ts'
import { kindOfEntry, readOrder } from '#domain/platforms/platform-entry.ts'
import { assetSyncId, platformSyncId, syncOfWorkflow } from '#domain/platforms/sync.ts'

describe("entries in a platform's history that name an order of ours", () => {
  it('are ours where they move what the processed order says', () => {
    expect(readOrder(5n, order('processed', 5n), READ_AT)).toEqual({ kind: 'ours' })
  })
  it('differ where they move another amount, or the other way', () => {
    expect(readOrder(6n, order('processed', 5n), READ_AT)).toEqual({ kind: 'differs', break: 'other_amount' })
    expect(readOrder(-5n, order('processed', 5n), READ_AT)).toEqual({
      kind: 'differs',
      break: 'other_amount',
    })
  })
  it.each(['at_platform', 'outcome_unknown', 'awaiting_reference', 'received'] as const)(
    'wait while the order is %s',
    (state) => {
      expect(readOrder(5n, order(state, 5n), READ_AT)).toEqual({ kind: 'waits' })
    },
  )
  it.each(['processed', 'failed'] as const)(
    'wait where the order became %s while they were read: there may be more',
    (state) => {
      expect(readOrder(3n, order(state, 5n, READ_AT), READ_AT)).toEqual({ kind: 'waits' })
    },
  )
  it.each(['failed', 'declined', 'rejected', 'refused'] as const)('differ where the order is %s', (state) => {
    expect(readOrder(5n, order(state, 5n), READ_AT)).toEqual({ kind: 'differs', break: 'other_state' })
  })
})

describe('an entry that names none', () => {
  it('comes in or goes out by its sign', () => {
    expect([kindOfEntry(1n), kindOfEntry(-1n)]).toEqual(['platform_credit', 'platform_debit'])
  })
})

describe('what a platform writes', () => {
  it.each([
    ['12.50', 1_250n],
    ['-12.5', -1_250n],
    ['12.50000000', 1_250n],
    ['0', 0n],
    ['-0.00', 0n],
    ['12.501', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['--1', undefined],
    ['NaN', undefined],
  ])('%s is read exactly or not at all', (text, minor) => {
    expect(parseSigned(text, currency)).toBe(minor)
  })
  it('has as many decimals as the currency', () => {
    expect(parseSigned('5.000', { code: 'JPY', fraction: 0 })).toBe(5n)
    expect(parseSigned('5.001', { code: 'JPY', fraction: 0 })).toBeUndefined()
  })
})

describe('the id of a sync', () => {
  const [platform, asset] = ['plt_01j8z3v5y0000000000000000a', 'coin_01j8z3v5y0000000000000000a']
  it('says of which platform and which asset', () => {
    expect(syncOfWorkflow(assetSyncId(platform, asset))).toEqual({ platform, asset })
    expect(syncOfWorkflow(platformSyncId(platform))).toEqual({ platform })
  })
  it.each(['sync/', 'sync/plt_x', `other/${platform}`, `sync/${platform}/x`, `sync/${platform}/${asset}/1`])(
    '%s is none',
    (workflowId) => {
      expect(syncOfWorkflow(workflowId)).toBeUndefined()
    },
  )
})

const [READ_AT, BEFORE] = [new Date('2024-05-05T10:00:00.000Z'), new Date('2024-05-05T09:59:59.999Z')]

const order = (state: State, moves: bigint, stateSince = BEFORE) =>
  ({ id: 'op_1', kind: 'platform_deposit', state, stateSince, moves }) as const

const currency = { code: 'EUR', fraction: 2 }
