import type { LookupAddress } from 'node:dns'
import { lookup as lookUpName } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { hostAndPort, isLoopback, isPublicAddress, type AllowList } from './guard.ts'

export type LookUp = (hostname: string) => Promise<readonly LookupAddress[]>
export type BuildConnector = (options: buildConnector.BuildOptions) => buildConnector.connector

/** Why there is no connection. Nothing has left by then. */
export class NotConnected extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timed_out',
}

/** Connects where the guard lets it: names are looked up by us, and whom it reached is looked at once more. */
export function guardedConnector({
  allow,
  connectTimeoutMs,
  lookUp = (hostname) => lookUpName(hostname, { all: true }),
  build = buildConnector,
}: {
  allow: AllowList
  connectTimeoutMs: number
  lookUp?: LookUp | undefined
  build?: BuildConnector | undefined
}): (url: URL) => buildConnector.connector {
  return (url) => {
    const mayReach = allow.has(hostAndPort(url)) ? isLoopback : isPublicAddress
    const connect = build({
      timeout: connectTimeoutMs,
      allowH2: false,
      lookup: lookupOf(lookUp, mayReach),
    })
    return (options, callback) =>
      connect(options, (...[error, socket]) => {
        if (error) return callback(new NotConnected(reasonOf(error)), null)
        if (!socket) return callback(new NotConnected('not_connected'), null)
        if (mayReach(socket.remoteAddress ?? '')) return callback(null, socket)
        socket.destroy()
        return callback(new NotConnected('address_refused'), null)
      })
  }
}

function lookupOf(lookUp: LookUp, mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    lookUp(hostname).then(
      (found) => {
        const reachable = found.filter(({ address }) => mayReach(address))
        const [first] = reachable
        if (!first)
          return callback(new NotConnected(found.length > 0 ? 'address_refused' : 'name_not_found'), '')
        return all ? callback(null, [...reachable]) : callback(null, first.address, first.family)
      },
      (error: unknown) => callback(new NotConnected(reasonOf(error)), ''),
    )
  }
}

/** The system's own word for what went wrong; empty where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

function reasonOf(error: unknown): string {
  if (error instanceof NotConnected) return error.reason
  const code = codeOf(error)
  return REASONS[code] ?? (/CERT|TLS|SSL/.test(code) ? 'tls_failed' : 'not_connected')
}
