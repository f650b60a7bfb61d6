import { isIP } from 'node:net'
import { StartProblem } from '#embedded/start-problem.ts'

/** Reads single variables. A variable that is set to nothing counts as not set, as in compose files. */
export type Environment = Readonly<Record<string, string | undefined>>

export function textOf(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined
}

export function demandText(env: Environment, name: string, where: string): string {
  const text = textOf(env, name)
  if (text === undefined) throw new StartProblem(`${name} is missing: set it ${where}.`)
  return text
}

export function portOf(env: Environment, name: string, usual: number): number {
  const text = textOf(env, name)
  if (text === undefined) return usual
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw badValue(name, 'a port, a whole number from 1 to 65535')
  return port
}

/** Where to listen: an address of this machine, because a name could stand for several. */
export function hostOf(env: Environment, name: string, usual: string): string {
  const text = textOf(env, name) ?? usual
  if (isIP(text) === 0) throw badValue(name, 'an IP address of this machine, or 0.0.0.0 for all')
  return text
}

export function choiceOf<T extends string>(env: Environment, name: string, choices: readonly [T, ...T[]]): T {
  const text = textOf(env, name)
  if (text === undefined) return choices[0]
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined) throw badValue(name, `one of ${choices.join(', ')}`)
  return choice
}

export function flagOf(env: Environment, name: string): boolean {
  const text = textOf(env, name)
  if (text !== undefined && !/^(true|false)$/.test(text)) throw badValue(name, 'true or false')
  return text === 'true'
}

export function urlOf(env: Environment, name: string, protocols: readonly string[]): string | undefined {
  const text = textOf(env, name)
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url?.hostname || !protocols.includes(url.protocol)) {
    throw badValue(
      name,
      `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    )
  }
  return text
}

export function addressOf(env: Environment, name: string): string | undefined {
  const text = textOf(env, name)
  if (text !== undefined && !/^[^\s/:]+:\d{1,5}$/.test(text))
    throw badValue(name, 'a host and a port, like 127.0.0.1:7233')
  return text
}

/** Hosts with ports, by commas: of this machine alone, because a guard is lifted for them. */
export function loopbacksOf(env: Environment, name: string): readonly string[] {
  const all = (textOf(env, name) ?? '').split(',').map((text) => text.trim())
  const given = all.filter((text) => text !== '')
  if (!given.every((text) => /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d{1,5}$/.test(text)))
    throw badValue(name, 'loopback hosts with ports, by commas, like 127.0.0.1:3100')
  return given
}

/** The value itself is not repeated: it may hold a secret. */
export function badValue(name: string, rule: string): StartProblem {
  return new StartProblem(`${name} must be ${rule}.`)
}
