import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { buildConnector } from 'undici'

/** Why no connection is made. Its code goes into answers; the address does not. */
export class NotAllowed extends Error {
  readonly code = 'not_allowed'
}

/** `host:port` of this machine that may be called all the same, and without TLS: the sandbox, and tests. */
export type Allowed = ReadonlySet<string>

type Lookup = (
  hostname: string,
  options: LookupOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: string | LookupAddress[], family?: number) => void,
) => void

/**
 * Platforms are outside: what a project configures must not reach into our own network, whatever it is written as. The URL's
 * host is looked at (Node does not look up what is an address already), then every address that its name stands for, then the one
 * that was connected to. Ranges are those of ipaddr.js: all but ordinary unicast is refused, IPv4 inside of IPv6 as IPv4.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}

/** The rule that a URL breaks; undefined where it may be called as far as it tells. */
export function brokenUrlRule(url: URL, allowed: Allowed): string | undefined {
  if (url.username !== '' || url.password !== '') return 'must hold no user or password'
  if (allowed.has(originOf(url))) return undefined
  if (url.protocol !== 'https:' && url.protocol !== 'wss:') return 'must begin with https://'
  const host = hostOf(url)
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'must not be an address of a private network'
  if (/^localhost$|\.localhost$/i.test(host)) return 'must not be an address of a private network'
  return undefined
}

function originOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/** Connects to public addresses alone, but for what is allowed by name. */
export function guardedConnector({
  allowed,
  timeoutMs,
  lookup = dnsLookup,
}: {
  readonly allowed: Allowed
  readonly timeoutMs: number
  /** How a name becomes addresses; Node's own unless a test brings another. */
  readonly lookup?: Lookup
}): buildConnector.connector {
  const guarded = buildConnector({ timeout: timeoutMs, lookup: publicOnly(lookup) })
  const plain = buildConnector({ timeout: timeoutMs })
  return (options, callback) => {
    if (allowed.has(`${options.hostname}:${options.port}`)) {
      plain(options, callback)
      return
    }
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1')
    if (options.protocol !== 'https:' || (isIP(host) !== 0 && !isPublicAddress(host))) {
      callback(new NotAllowed(), null)
      return
    }
    guarded(options, (error, socket) => {
      if (error || !socket) callback(error ?? new Error('no socket'), null)
      else if (isPublicAddress(socket.remoteAddress ?? '')) callback(null, socket)
      else {
        socket.destroy()
        callback(new NotAllowed(), null)
      }
    })
  }
}

/** A name that stands for one address of ours among others is refused as a whole. */
function publicOnly(lookup: Lookup): Lookup {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : []
      const [first] = addresses
      if (error) done(error, [])
      else if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
        done(new NotAllowed(), [])
      else if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
}
