import type { State } from '#domain/operation.ts'
import { parseSigned } from '#domain/platform-amount.ts'
import { kindOfEntry, readEntry } from '#domain/platform-entry.ts'
import { assetSyncId, platformSyncId, syncOfWorkflow } from '#domain/sync.ts'

const order = (state: State, moves: bigint) =>
  ({ id: 'op_1', kind: 'platform_deposit', state, moves }) as const

describe("an entry in a platform's history", () => {
  it('is its own doing where it names no order of ours', () => {
    expect(readEntry(5n, undefined)).toEqual({ kind: 'theirs' })
  })
  it('is ours where it moves what the processed order says', () => {
    expect(readEntry(5n, order('processed', 5n))).toEqual({ kind: 'ours' })
  })
  it('differs where it moves another amount, or the other way', () => {
    expect(readEntry(6n, order('processed', 5n))).toEqual({ kind: 'differs', break: 'other_amount' })
    expect(readEntry(-5n, order('processed', 5n))).toEqual({ kind: 'differs', break: 'other_amount' })
  })
  it.each(['at_platform', 'outcome_unknown', 'awaiting_reference', 'received'] as const)(
    'waits while the order is %s',
    (state) => {
      expect(readEntry(5n, order(state, 5n))).toEqual({ kind: 'waits' })
    },
  )
  it.each(['failed', 'declined', 'rejected', 'refused'] as const)(
    'differs where the order is %s',
    (state) => {
      expect(readEntry(5n, order(state, 5n))).toEqual({ kind: 'differs', break: 'other_state' })
    },
  )
  it('comes in or goes out by its sign', () => {
    expect([kindOfEntry(1n), kindOfEntry(-1n)]).toEqual(['platform_credit', 'platform_debit'])
  })
})

describe('what a platform writes', () => {
  const currency = { code: 'EUR', fraction: 2 }
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
