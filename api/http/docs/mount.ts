import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Express } from 'express'
import helmet from 'helmet'
import type { Endpoint } from '../endpoint.ts'
import { createApiDocument } from './document.ts'
import { INITIALIZER, PAGE } from './page.ts'

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
/** Only these: its own index page asks for a document from elsewhere. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-16x16.png', 'favicon-32x32.png']

/** `/docs` for people and `/docs/openapi.json` for programs, all from this machine. */
export function mountDocs(app: Express, endpoints: readonly Endpoint[]): void {
  const document = JSON.stringify(createApiDocument(endpoints))
  // Scripts stay limited to our own. A browser told to upgrade would ask for them by https, which we may not speak.
  app.use('/docs', helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }))
  app.get('/docs', (_req, res) => {
    res.type('html').send(PAGE)
  })
  app.get('/docs/openapi.json', (_req, res) => {
    res.type('json').send(document)
  })
  app.get('/docs/initializer.js', (_req, res) => {
    res.type('js').send(INITIALIZER)
  })
  for (const file of FILES) {
    app.get(`/docs/${file}`, (_req, res) => {
      res.sendFile(file, { root: SWAGGER_UI })
    })
  }
}
