import type { Express } from 'express'

type Layer = {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> }
}

/** As `get /path`, read from the router itself; one that is mounted under several bases counts once. */
export function routesOf(app: Express, bases: readonly string[]): string[] {
  const layers = (app.router as unknown as { readonly stack: readonly Layer[] }).stack
  const routes = layers.flatMap(({ route }) =>
    // What answers every method is the refusal of all others.
    route && !route.methods['_all']
      ? Object.keys(route.methods).map((method) => ({ method, path: route.path }))
      : [],
  )
  return [...new Set(routes.map(({ method, path }) => `${method} ${withoutBase(path, bases)}`))]
}

function withoutBase(path: string, bases: readonly string[]): string {
  const base = bases.find((one) => one !== '' && path.startsWith(`${one}/`)) ?? ''
  return path.slice(base.length)
}
