import ipaddr from 'ipaddr.js'

/** `host:port` of loopback addresses that may be called all the same, over http too. From configuration alone. */
export type AllowList = ReadonlySet<string>

const SECURE = new Set(['https:', 'wss:'])
/** What http is to https, for those on the allow-list. */
const PLAIN = new Map([
  ['http:', 'https:'],
  ['ws:', 'wss:'],
])
const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'https:': '443',
  'wss:': '443',
  'http:': '80',
  'ws:': '80',
}

/** As it stands in an allow-list. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (DEFAULT_PORTS[url.protocol] ?? '')}`
}

/** Only what is routed over the internet: no loopback, private, link-local, shared, mapped or translated address. */
export function isPublicAddress(address: string): boolean {
  return rangeOf(address) === 'unicast'
}

export function isLoopback(address: string): boolean {
  return rangeOf(address) === 'loopback'
}

function rangeOf(address: string): string {
  // A zone, as in fe80::1%eth0, is no part of the address.
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  return ipaddr.isValid(bare) ? ipaddr.process(bare).range() : 'unknown'
}

export type UrlFault = 'url_invalid' | 'url_with_password' | 'protocol_refused' | 'address_refused'

/**
 * What is wrong with a URL before anybody looks up its name. URL writes 2130706433, 0x7f.1 and their like as the addresses
 * that they are, so that they are judged as such.
 */
export function faultOfUrl(
  text: string,
  { allow, protocols = ['https:'] }: { allow: AllowList; protocols?: readonly string[] },
): UrlFault | undefined {
  if (!URL.canParse(text)) return 'url_invalid'
  const url = new URL(text)
  if (url.username || url.password) return 'url_with_password'
  if (allow.has(hostAndPort(url))) {
    return protocols.includes(PLAIN.get(url.protocol) ?? url.protocol) ? undefined : 'protocol_refused'
  }
  if (!SECURE.has(url.protocol) || !protocols.includes(url.protocol)) return 'protocol_refused'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(host)) return isPublicAddress(host) ? undefined : 'address_refused'
  return /(^|\.)localhost\.?$/.test(host) ? 'address_refused' : undefined
}
