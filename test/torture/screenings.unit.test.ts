import { findUnasked, type Cleared, type Said } from '#torture/check-screenings.ts'

describe('who was cleared', () => {
  it('was cleared by an answer of the time of the check', () => {
    expect(unasked([check('one', 0, 1_000)], [answer(500)])).toEqual([])
    expect(unasked([check('one', 0, 1_000)], [answer(2_000)])).toEqual(['one'])
    expect(unasked([check('one', 0, 1_000)], [answer(500, { fault: 'stall' })])).toEqual(['one'])
    expect(unasked([check('one', 0, 1_000)], [answer(500, { name: 'Nearly A Client' })])).toEqual(['one'])
  })

  it('was cleared by an answer of its own: a neighbour’s does not count twice', () => {
    const checks = [check('long', 0, 10_000), check('short', 2_000, 3_000)]
    expect(unasked(checks, [answer(2_500)])).toEqual(['long'])
    expect(unasked(checks, [answer(2_500), answer(2_600)])).toEqual([])
    expect(unasked(checks, [answer(2_500), answer(9_000)])).toEqual([])
  })

  it('has both names cleared, and one name once where both are one', () => {
    const both = { ...check('one', 0, 1_000), payer: 'A Payer' }
    expect(unasked([both], [answer(500)])).toEqual(['one'])
    expect(unasked([both], [answer(500), answer(500, { name: 'A Payer' })])).toEqual([])
    expect(unasked([{ ...both, payer: 'A Client' }], [answer(500)])).toEqual([])
  })
})

const START = Date.UTC(2026, 0, 1)

function check(id: string, from: number, to: number): Cleared {
  return {
    id,
    client: 'A Client',
    payer: null,
    other: null,
    started_at: new Date(START + from),
    answered_at: new Date(START + to),
  }
}

function answer(at: number, more: Partial<Said> = {}): Said {
  return {
    at: START + at,
    name: 'A Client',
    fault: null,
    ...more,
  }
}

const unasked = (checks: readonly Cleared[], said: readonly Said[]) =>
  findUnasked(checks, said).map(({ id }) => id)
