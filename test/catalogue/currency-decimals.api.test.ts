import { postCurrency, refusalOf } from '#test/support/catalogue.ts'
import { useApi } from '#test/support/use-api.ts'
import { ACTIVE, codesIn } from './iso-4217-codes.ts'

const api = useApi()

describe('the decimals of a currency', () => {
  it('are those that are asked for, also where ISO 4217 has others: a book may count in parts of a cent', async () => {
    const codes = ['JPY', 'KWD', ...Array.from({ length: 17 }, (_, n) => `OWN${n}`)]
    for (const [fraction, code] of codes.entries()) {
      const made = await postCurrency(api.call, api.admin.token, { code, fraction })
      expect([code, made.status, made.at('fraction')]).toEqual([code, 201, fraction])
    }
  })

  it.each(Object.entries(ACTIVE))(
    'are %s by default for those that ISO 4217 says so of',
    async (fraction, codes) => {
      for (const code of codesIn(codes)) {
        const made = await postCurrency(api.call, api.admin.token, { code })
        // The project is born with some.
        if (made.status === 409) continue
        expect([code, made.status, made.at('fraction')]).toEqual([code, 201, Number(fraction)])
      }
    },
  )

  it.each([-1, 19, 1.5, 1e2, '2', null, true])('are never %p', async (fraction) => {
    expect(refusalOf(await postCurrency(api.call, api.admin.token, { fraction }))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: ['fraction'],
    })
  })

  it('stay what they were: amounts are counted in them', async () => {
    const { body } = await postCurrency(api.call, api.admin.token, { fraction: 3 })
    const { id } = body as { id: string }
    const changed = await api.call('PATCH', `/currencies/${id}`, {
      token: api.admin.token,
      body: { fraction: 2 },
    })
    expect(refusalOf(changed)).toMatchObject({ status: 400, parameters: ['fraction'] })
  })
})
