import { operationOfEntry } from '#activities/platforms/operation-of-entry.ts'
import { isId } from '#domain/ids.ts'

describe('the operation that books an entry', () => {
  it('is named by the entry alone', () => {
    expect(operationOfEntry(place)).toBe(operationOfEntry({ ...place }))
    expect(isId('op', operationOfEntry(place))).toBe(true)
  })
  it.each([
    ['platformId', 'plt_2'],
    ['account', 'b'],
    ['currency', 'USD'],
    ['entryId', 'f'],
    ['at', '2024-05-05T10:00:00.001Z'],
  ])('is another one where %s is', (name, value) => {
    expect(operationOfEntry({ ...place, [name]: value })).not.toBe(operationOfEntry(place))
  })
  it('is another one after each that was refused', () => {
    const tried = [0, 1, 2].map((refused) => operationOfEntry(place, refused))
    expect(new Set(tried).size).toBe(3)
    expect(tried[0]).toBe(operationOfEntry(place))
  })
  it('does not take a part of one name for a part of another', () => {
    expect(operationOfEntry({ ...place, account: 'a,b', currency: 'c' })).not.toBe(
      operationOfEntry({ ...place, account: 'a', currency: 'b,c' }),
    )
  })
})

const place = {
  platformId: 'plt_1',
  account: 'a',
  currency: 'EUR',
  entryId: 'e',
  at: '2024-05-05T10:00:00.000Z',
}
