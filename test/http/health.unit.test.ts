import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { mountHealth, type Checks, type HealthOptions } from '#api/http/health/mount.ts'

let server: Server | undefined
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
})

describe('health', () => {
  test('is live as soon as the process answers, whatever else is down', async () => {
    const get = await start({ postgres: () => Promise.resolve(false) })
    expect(await get('/health/live')).toEqual({ status: 200, body: { status: 'up' } })
  })

  test('is ready when all that it needs works', async () => {
    const get = await start({ postgres: up, temporal: up, worker: up })
    expect(await get('/health/ready')).toEqual({
      status: 200,
      body: { status: 'up', checks: { postgres: 'up', temporal: 'up', worker: 'up' } },
    })
  })

  test('says what is down: what says no, what throws, and what does not answer', async () => {
    const get = await start(
      {
        postgres: up,
        temporal: () => Promise.reject(new Error('the password is hunter2')),
        worker: () => Promise.resolve(false),
        bank: () => new Promise(() => undefined),
        hasty: () => {
          throw new Error('not even a promise')
        },
      },
      { timeoutMs: 20 },
    )
    expect(await get('/health/ready')).toEqual({
      status: 503,
      body: {
        status: 'down',
        checks: { postgres: 'up', temporal: 'down', worker: 'down', bank: 'down', hasty: 'down' },
      },
    })
  })

  test('checks once for all who ask within a second, and again after it', async () => {
    let checked = 0
    let nowMs = 0
    const count = () => {
      checked += 1
      return Promise.resolve(checked < 2)
    }
    const get = await start({ postgres: count }, { nowMs: () => nowMs })
    const answers = await Promise.all([1, 2, 3].map(() => get('/health/ready')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    nowMs = 999
    await get('/health/ready')
    expect(checked).toBe(1)
    nowMs = 1000
    expect((await get('/health/ready')).status).toBe(503)
  })
})

async function start(checks: Checks, options?: HealthOptions) {
  const app = express()
  mountHealth(app, checks, options)
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: answer.status, body: await answer.json() }
  }
}

function up() {
  return Promise.resolve(true)
}
