import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'

export type Service = {
  readonly image: string
  readonly environment?: Readonly<Record<string, string | number>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes?: readonly string[]
}

export type ComposeFile = {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

export async function readCompose(file: URL): Promise<ComposeFile> {
  const compose: ComposeFile = parse(await readFile(file, 'utf8'), { merge: true })
  return compose
}

/** What compose makes of `${NAME:?message}` and `${NAME:-default}`. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{[^}]+\}/g, (use) => {
    const [, name = '', kind, word] = /^\$\{(\w+)(?::([?-])(.*))?\}$/.exec(use) ?? []
    const value = values[name] || (kind === '-' ? word : undefined)
    if (value === undefined) throw new Error(`${name}: ${word ?? 'has no default'}`)
    return value
  })
}
