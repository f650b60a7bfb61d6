import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { BASE_PATHS, createApp, finishApp } from '#api/http/app.ts'
import type { ApiDeps } from '#api/http/deps.ts'
import { createApiDocument, type Document } from '#api/http/docs/document.ts'
import { mountDocs } from '#api/http/docs/mount.ts'
import { endpoint } from '#api/http/endpoint.ts'
import { endpoints } from '#api/endpoints.ts'
import { PERMISSIONS, rolesWith } from '#domain/identity/role.ts'
import { opened } from '#test/support/opened.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { z } from 'zod'
import { connect } from '#test/support/connect.ts'

const database = useDatabase()
const docs = opened(serveDocs, ({ close }) => close())

describe('the OpenAPI document', () => {
  test('has every endpoint there is, once, and no other', () => {
    const documented = operations().map(({ method, path }) => `${method} ${path}`)
    const mounted = endpoints.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(documented.toSorted()).toEqual(mounted.toSorted())
    expect(new Set(mounted).size).toBe(mounted.length)
  })

  test('lists what the running server answers, under both base paths', async () => {
    expect(docs.document.servers).toEqual([{ url: '/api/v1' }, { url: '/' }])
    expect(BASE_PATHS).toHaveLength(2)
    for (const { method, path, operation } of operations()) {
      for (const base of BASE_PATHS) {
        const url = docs.origin + base + path.replace(/\{(\w+)\}/g, 'nothing')
        const answer = await fetch(url, { method: method.toUpperCase() })
        const body = (await answer.json()) as { code: string }
        expect({ url, code: body.code }).not.toEqual({ url, code: 'no_such_route' })
        expect({ url, code: body.code }).not.toEqual({ url, code: 'method_not_allowed' })
        if (operation.security?.length !== 0)
          expect({ url, status: answer.status }).toEqual({ url, status: 401 })
      }
    }
  })

  test('tells a route that is not there from one that is', async () => {
    const answer = await fetch(`${docs.origin}/api/v1/no-such-thing`)
    expect(await answer.json()).toMatchObject({ status: 404, code: 'no_such_route' })
  })

  test('is OpenAPI 3.1 with a title, and operations that are named once', () => {
    expect(docs.document.openapi).toMatch(/^3\.1\.\d$/)
    expect(docs.document.info).toMatchObject({ title: 'Sluice' })
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/)
  })

  test('lists only values of the type that it says', () => {
    const listed = [...walk(docs.document)].flatMap(([at, value]) => {
      const { type, enum: values } = (value ?? {}) as { type?: unknown; enum?: unknown[] }
      return typeof type === 'string' && Array.isArray(values) ? [{ at, type, values }] : []
    })
    expect(listed.length).toBeGreaterThan(20)
    for (const { at, type, values } of listed)
      expect({ at, types: values.map((one) => typeof one) }).toEqual({ at, types: values.map(() => type) })
  })

  test('refers to nothing that is not in it', () => {
    const refs = [...walk(docs.document)].flatMap(([at, value]) => {
      const ref = at.endsWith('/$ref') ? value : undefined
      return typeof ref === 'string' ? [ref] : []
    })
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter((ref) => referredTo(ref) === undefined)).toEqual([])
  })

  test('describes every path parameter, and no parameter that the path does not have', () => {
    for (const { path, operation } of operations()) {
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path')
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect({ path, names: inPath.map(({ name }) => name) }).toEqual({ path, names: named })
      for (const { name, required, description, schema } of inPath)
        expect({ path, name, required, isDescribed: (description ?? '') !== '', schema }).toMatchObject({
          required: true,
          isDescribed: true,
          schema: { type: expect.any(String) as string },
        })
    }
  })

  test('says of every operation what it does, where it belongs, and who may', () => {
    const tags = (docs.document.tags ?? []).map(({ name }) => name)
    for (const { path, operation } of operations()) {
      expect(operation.summary).toMatch(/\S/)
      expect(tags).toEqual(expect.arrayContaining(operation.tags))
      const who = /Who: (?:permission (.+)\.|everybody)/.exec(operation.description)
      expect({ path, says: who !== null }).toEqual({ path, says: true })
      for (const [, name, roles] of (who?.[1] ?? '').matchAll(/`(\w+)`, held by ([^;]+)/g)) {
        const permission = PERMISSIONS.find((one) => one === name)
        expect(roles).toBe(permission && rolesWith(permission).join(', '))
      }
    }
  })

  test('wants a token where the server does, as TOKEN or Bearer', () => {
    expect(docs.document.security).toEqual([{ token: [] }, { bearer: [] }])
    expect(docs.document.components?.securitySchemes).toMatchObject({
      token: { type: 'apiKey', in: 'header', name: 'Authorization' },
      bearer: { type: 'http', scheme: 'bearer' },
    })
    const open = operations().filter(({ operation }) => operation.security?.length === 0)
    const publicPaths = endpoints.filter(({ access }) => access === 'public').map(({ path }) => path)
    expect(open.map(({ path }) => path).toSorted()).toEqual(
      publicPaths.map((path) => path.replace(/:(\w+)/g, '{$1}')).toSorted(),
    )
  })

  test('has the Idempotency-Key on every call that moves money, and nowhere else', () => {
    const withKey = operations().filter(({ operation }) =>
      operation.parameters?.some((one) => one.in === 'header' && one.name === 'Idempotency-Key'),
    )
    const moneyPaths = endpoints.filter(({ idempotent }) => idempotent === true).map(({ path }) => path)
    expect(withKey.map(({ path }) => path).toSorted()).toEqual(
      moneyPaths.map((path) => path.replace(/:(\w+)/g, '{$1}')).toSorted(),
    )
    expect(moneyPaths.length).toBeGreaterThan(0)
  })

  test('answers problems as application/problem+json, with those that the call can meet', () => {
    for (const { path, operation } of operations()) {
      const problems = Object.entries(operation.responses).filter(
        ([, { content }]) => content?.['application/problem+json'] !== undefined,
      )
      const statuses = problems.map(([status]) => status)
      const isPublic = operation.security?.length === 0
      if (!isPublic) expect({ path, statuses }).toEqual({ path, statuses: expect.arrayContaining(['401']) })
      expect(statuses).toEqual(expect.arrayContaining(['400', '5XX']))
      if (path.includes('{')) expect(statuses).toContain('404')
      if (operation.requestBody) expect(statuses).toContain('415')
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
    }
  })

  test('closes every body against unknown fields', () => {
    const open = operations().flatMap(({ path, operation }) => {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (!schema || Object.keys(schema).length === 0) return []
      const { additionalProperties } = ('$ref' in schema ? referredTo(String(schema.$ref)) : schema) as {
        additionalProperties?: boolean
      }
      return additionalProperties === false ? [] : [path]
    })
    expect(open).toEqual([])
  })

  test('is made of the very schemas that validate', () => {
    const echo = endpoint({
      method: 'post',
      path: '/echo/:name/:other',
      family: 'Echo',
      summary: 'Say it again',
      access: 'signed_in',
      body: z.strictObject({
        words: z
          .string()
          .max(7)
          .meta({ examples: ['again'] }),
      }),
      params: z.strictObject({ name: z.string().meta({ description: 'Who' }), other: z.string() }),
      query: z.strictObject({ times: z.string().optional() }),
      answers: { 201: { description: 'Said', body: z.strictObject({ words: z.string() }) } },
      handle: () => Promise.resolve({ status: 201 }),
    })
    const { post } = createApiDocument([echo]).paths?.['/echo/{name}/{other}'] ?? {}
    expect(post).toMatchObject({
      operationId: 'postEchoByNameByOther',
      parameters: [
        { in: 'path', name: 'name', description: 'Who', required: true },
        { in: 'path', name: 'other', required: true },
        { in: 'query', name: 'times' },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { properties: { words: { maxLength: 7, examples: ['again'] } }, required: ['words'] },
          },
        },
      },
      responses: { 201: { content: { 'application/json': { schema: { additionalProperties: false } } } } },
    })
  })
})

describe('what people read', () => {
  test('has no rule that only a program could want', () => {
    const text = JSON.stringify(docs.document)
    expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER))
    expect(text).not.toContain('p{Cc}')
    expect(text.length).toBeLessThan(1_000_000)
  })
})

describe('the page of the docs', () => {
  test.each(['/docs', '/docs/'])('at %s asks for nothing but what this server has', async (path) => {
    const page = await fetch(docs.origin + path)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    const html = await page.text()
    const asked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target)
    expect(asked).toEqual(expect.arrayContaining(['/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css']))
    for (const target of asked) {
      const file = await fetch(new URL(target, page.url))
      await file.arrayBuffer()
      expect({ target, status: file.status, isOurs: new URL(file.url).origin === docs.origin }).toEqual({
        target,
        status: 200,
        isOurs: true,
      })
      if (target.endsWith('.js')) expect(file.headers.get('content-type')).toContain('javascript')
      if (target.endsWith('.css')) expect(file.headers.get('content-type')).toContain('css')
    }
  })

  test('works under a policy that lets only our own scripts run', async () => {
    const page = await fetch(`${docs.origin}/docs`)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(policy).not.toContain('upgrade-insecure-requests')
    const html = await page.text()
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(html).not.toMatch(/\son\w+=|javascript:/)
  })

  test('shows the document of this server, and sends it nowhere', async () => {
    const script = await (await fetch(`${docs.origin}/docs/initializer.js`)).text()
    const asked: Record<string, unknown>[] = []
    const bundle = Object.assign((options: Record<string, unknown>) => asked.push(options), {
      presets: { apis: 'apis' },
    })
    const window: { onload?: () => void } = {}
    runInNewContext(script, { window, SwaggerUIBundle: bundle })
    window.onload?.()
    expect(asked).toMatchObject([{ url: '/docs/openapi.json', dom_id: '#swagger-ui', validatorUrl: null }])
    expect(script).not.toMatch(/https?:/)
  })

  test('hands out none of the files that are not needed', async () => {
    for (const file of ['index.html', 'swagger-initializer.js', 'package.json', '../package.json'])
      expect((await fetch(`${docs.origin}/docs/${encodeURIComponent(file)}`)).status).toBe(404)
  })
})

const METHODS = ['get', 'post', 'patch', 'put', 'delete'] as const

type Parameter = { name: string; in: string; description?: string; required?: boolean; schema?: object }

type Operation = {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, object> }>
}

/** Every operation of the document with its method and path. */
function operations(): { method: string; path: string; operation: Operation }[] {
  return Object.entries(docs.document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined
      return operation ? [{ method, path, operation }] : []
    }),
  )
}

/** Every value in the document with the path to it. */
function* walk(value: unknown, at = '#'): Generator<[string, unknown]> {
  yield [at, value]
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* walk(inner, `${at}/${key}`)
}

function referredTo(ref: string): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/')],
      docs.document,
    )
}

/** Nobody is signed in and no database row is found: how far a call comes is all that is looked at. */
async function serveDocs() {
  const db = connect(database.url, 2)
  const deps = {
    db,
    logger: pino({ level: 'silent' }),
    randomBytes: (count: number) => Buffer.alloc(count),
    now: () => new Date(),
    platforms: new Map(),
  } as unknown as ApiDeps
  const app = createApp(endpoints, deps, { guardedPerMinute: 1_000_000 })
  mountDocs(app, endpoints)
  finishApp(app)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    document: (await (await fetch(`${origin}/docs/openapi.json`)).json()) as Document,
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
      await db.destroy()
    },
  }
}
