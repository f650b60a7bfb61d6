import type { Answer } from '#test/support/api.ts'
import { addBanks } from '#test/support/engine-people.ts'
import { opened } from '#test/support/opened.ts'
import { LATER } from '#test/support/slow-temporal.ts'
import { useBookApi } from '#test/support/use-book-api.ts'
import { amountPlaces, REFUSED, TAKEN } from './amount-places.ts'

const { api, book, staff } = useBookApi({ temporal: LATER })
const banks = opened(() => addBanks(book))

describe.each(Object.entries(amountPlaces({ api, book, staff, banks })))('%s', (_, place) => {
  it.each(TAKEN)('written as %s is taken as %s', async (literal, amount) => {
    const { shown, answer } = await send(literal)
    const found = typeof shown === 'string' ? answer.at(shown) : await shown()
    expect([answer.status < 300, found]).toEqual([true, amount])
  })

  it('is refused by its name in every other form, and never rounded', async () => {
    for (const literal of REFUSED) {
      const { parameter, answer } = await send(literal)
      const named = (answer.at('errors') as { parameter: string }[] | undefined)?.map(
        (error) => error.parameter,
      )
      expect([literal, answer.status, named]).toEqual([literal, 400, [expect.stringContaining(parameter)]])
    }
  })

  it('is refused where it is said twice', async () => {
    const { path, body, parameter, by } = await place()
    const field = parameter.split('.').at(-1)
    const raw = JSON.stringify(body).replace(`"${field}":"@"`, `"${field}":"1","${field}":"2"`)
    expect((await post(path, raw, by)).at('code')).toBe('malformed_json')
  })

  async function send(literal: string) {
    const { parameter, shown, path, body, by } = await place()
    const raw = JSON.stringify(body).replace('"@"', () => literal)
    return { parameter, shown, answer: await post(path, raw, by) }
  }
})

function post(path: string, body: object | string, by = staff.administrator): Promise<Answer> {
  return api.call('POST', path, { token: by.token, body })
}
