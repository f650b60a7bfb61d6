import { useApi } from '#test/support/use-api.ts'

const api = useApi()

describe('a method that a path does not take', () => {
  test.each([
    ['PUT', '/transfers', 'POST'],
    ['PATCH', '/coins', 'POST, GET, HEAD'],
    ['PUT', '/users/note', 'POST'],
    ['POST', '/contracts/con_1/limit-profiles/lim_1', 'PATCH, DELETE'],
  ])('%s %s is refused, and those that it takes are named', async (method, path, allowed) => {
    for (const base of ['/api/v1', '']) {
      const answer = await fetch(`${api.url}${base}${path}`, { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed])
      expect(await answer.json()).toMatchObject({ code: 'method_not_allowed', status: 405 })
    }
  })

  test('can be asked for beforehand', async () => {
    const answer = await fetch(`${api.url}/transfers`, { method: 'OPTIONS' })
    expect([answer.status, answer.headers.get('allow'), await answer.text()]).toEqual([204, 'POST', ''])
  })

  test('is looked for only where there is such a path', async () => {
    expect((await fetch(`${api.url}/no-such-thing`, { method: 'PUT' })).status).toBe(404)
  })
})
