import type { HeldEntry } from '#domain/platforms/holding-platform.ts'
import { isSameAmount, matchOrder } from '#domain/platforms/match-order.ts'

describe('what became of an order, by the history', () => {
  it('is the one entry that is new and as much as was asked', () => {
    const entries = [entry('a', '12.50'), entry('b', '12.5'), entry('c', '13')]
    expect(matchOrder(deposit, entries, new Set(['a']))).toEqual({ kind: 'found', entry: entries[1] })
  })

  it('is not known while nothing new fits', () => {
    expect(matchOrder(deposit, [entry('a', '12.50'), entry('b', '-12.50')], new Set(['a']))).toEqual({
      kind: 'none',
    })
  })

  it('cannot be told where two new entries fit', () => {
    expect(matchOrder(deposit, [entry('a', '12.50'), entry('b', '12.500')], new Set())).toEqual({
      kind: 'several',
    })
  })

  it.each(['withdrawal', 'trade'] as const)('goes out, of a %s', (type) => {
    const entries = [entry('in', '12.50'), entry('out', '-12.50')]
    expect(matchOrder({ type, amount: '12.5' }, entries, new Set())).toEqual({
      kind: 'found',
      entry: entries[1],
    })
  })
})

describe('two amounts', () => {
  it.each([
    ['1', '1.00', true],
    ['100', '1', false],
    ['0.10', '0.1', true],
    ['-1.50', '1.5', false],
    ['-1.50', '-1.5', true],
    ['1.05', '1.5', false],
    ['10', '1', false],
  ])('%s and %s are the same: %s', (one, other, same) => {
    expect(isSameAmount(one, other)).toBe(same)
  })
})

function entry(entryId: string, amount: string): HeldEntry {
  return {
    entryId,
    amount,
    reference: null,
    at: '2024-05-05T10:00:00.000Z',
    what: 'in',
  }
}

const deposit = { type: 'deposit', amount: '12.50' } as const
