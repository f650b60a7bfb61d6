import type { Exchange } from '../log.ts'
import type { Operation } from './run.ts'

/** A POST that asks for money to move. */
export type Wish = Exchange & { readonly mark: string }

export function wishesIn(exchanges: readonly Exchange[]): Wish[] {
  return exchanges.filter((exchange): exchange is Wish => exchange.mark !== null)
}

export function isGood({ status }: Exchange): boolean {
  return status !== null && status >= 200 && status < 300
}

/** Turned away: what such an answer is about has to have had no effect. */
export function isTurnedAway({ status }: Exchange): boolean {
  return status !== null && status >= 400 && status < 500
}

/** What the answer says of an operation; undefined where it speaks of none. */
export function shownIn({ answer }: Exchange): Readonly<Record<string, unknown>> | undefined {
  const { process } = recordOf(answer)
  return typeof process === 'object' && process !== null ? recordOf(process) : undefined
}

export function idIn(exchange: Exchange): string | undefined {
  const id = shownIn(exchange)?.['id']
  return typeof id === 'string' ? id : undefined
}

export function codeIn({ answer }: Exchange): string | undefined {
  const { code } = recordOf(answer)
  return typeof code === 'string' ? code : undefined
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** To let a line's money go takes a reason that is kept from the client: its operation says the bank's text, not the mark. */
export function isRelease({ path }: Exchange): boolean {
  return /^\/bank-lines\/[^/]+\/release$/.test(path)
}

/** Sends of one key are one wish, and each without a key is one of its own. */
export function wishKey({ person, key, n }: Exchange): string {
  return key === null ? `without a key, ${n}` : `${person} ${key}`
}

/** The money has stirred, or could: anything but an intent, or a refusal at the door. */
export function isAlive({ state }: Operation): boolean {
  return state !== 'refused'
}
