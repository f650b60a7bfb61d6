import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir, installWithGo } from '#embedded/temporal/go-binary.ts'

const VERSION = 'v2.5.0'
const SOURCE = `github.com/Shopify/toxiproxy/v2/cmd/server@${VERSION}`

/** What can be done to the bytes on one connection between two parts. */
export type Toxic = {
  readonly type: 'latency' | 'reset_peer' | 'timeout' | 'limit_data'
  /** downstream: answers. upstream: what is asked. */
  readonly stream: 'upstream' | 'downstream'
  readonly attributes: Readonly<Record<string, number>>
}

export type Proxy = { readonly name: string; readonly listen: string; readonly upstream: string }

export type Toxiproxy = ReturnType<typeof createToxiproxy>

/** Built with Go on the first run. */
export async function findToxiproxy(progress: (line: string) => void): Promise<string> {
  const target = join(cacheDir(process.env), `toxiproxy-${VERSION}`, 'toxiproxy')
  const isThere = await access(target).then(
    () => true,
    () => false,
  )
  if (isThere) return target
  progress(`Building toxiproxy ${VERSION} with Go, once; this takes up to a minute.`)
  await installWithGo({ source: SOURCE, target, env: process.env })
  return target
}

/** The server's own HTTP API. */
export function createToxiproxy(url: string) {
  async function ask(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(url + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`toxiproxy answered ${answer.status} to ${method} ${path}: ${text}`)
  }

  return {
    isUp: () =>
      fetch(`${url}/version`).then(
        ({ ok }) => ok,
        () => false,
      ),
    open: (proxies: readonly Proxy[]) =>
      ask(
        'POST',
        '/populate',
        proxies.map((proxy) => ({ ...proxy, enabled: true })),
      ),
    add: (proxy: string, name: string, toxic: Toxic) =>
      ask('POST', `/proxies/${proxy}/toxics`, { ...toxic, name, toxicity: 1 }),
    remove: (proxy: string, name: string) => ask('DELETE', `/proxies/${proxy}/toxics/${name}`),
    /** Both ways, since the server was started. */
    bytesThrough: async (proxy: string): Promise<number> => {
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
      const own = lines.filter(
        (line) => line.startsWith('toxiproxy_proxy_') && line.includes(`proxy="${proxy}"`),
      )
      return own.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    /** Every connection through it is cut, and new ones are refused while it is off. */
    setEnabled: (proxy: string, enabled: boolean) => ask('POST', `/proxies/${proxy}`, { enabled }),
    /** No toxic is left, and all proxies are open. */
    heal: () => ask('POST', '/reset'),
  }
}
