import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { createApp, finishApp } from '#api/http/app.ts'
import type { ApiDeps } from '#api/http/deps.ts'
import { endpoint } from '#api/http/endpoint.ts'
import { notFound } from '#api/http/problem.ts'

test('a refusal that the endpoint does not declare fails the call where answers are checked', async () => {
  expect(await statuses('/declared', '/undeclared')).toEqual([404, 500])
})

const missing = {
  method: 'get',
  family: 'Test',
  summary: 'Is never there',
  access: 'public',
  answers: { 200: { description: 'Never' } },
  async handle() {
    throw notFound('id', 'thing')
  },
} as const

/** @returns the status of a call to each, where answers are checked */
async function statuses(...paths: readonly string[]): Promise<number[]> {
  const endpoints = [
    endpoint({ ...missing, path: '/undeclared' }),
    endpoint({ ...missing, path: '/declared', alsoRefuses: [404] }),
  ]
  const deps = { logger: pino({ level: 'silent' }), randomBytes } as unknown as ApiDeps
  const server = finishApp(createApp(endpoints, deps, { checkAnswers: true })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const answers = await Promise.all(paths.map((path) => fetch(`http://127.0.0.1:${port}${path}`)))
  server.closeAllConnections()
  server.close()
  return answers.map(({ status }) => status)
}
