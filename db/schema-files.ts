import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'

export type SqlFile = { readonly name: string; readonly text: string; readonly sha256: string }

/** What makes the schema: numbered migrations, and the code beside them in the order in which it is created. */
export type SchemaFiles = {
  readonly migrations: readonly SqlFile[]
  readonly types: readonly SqlFile[]
  readonly views: readonly SqlFile[]
  readonly functions: readonly SqlFile[]
}

export const SCHEMA_FOLDER = new URL('./', import.meta.url)

export async function readSchemaFiles(folder = SCHEMA_FOLDER): Promise<SchemaFiles> {
  const code = await readFolder(new URL('functions/', folder))
  return {
    migrations: await readFolder(new URL('migrations/', folder)),
    types: code.filter(isOfTypes),
    views: await readFolder(new URL('views/', folder)),
    functions: code.filter((file) => !isOfTypes(file)),
  }
}

function isOfTypes({ name }: SqlFile): boolean {
  return basename(name) === 'types.sql'
}

async function readFolder(folder: URL): Promise<SqlFile[]> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return { name, text, sha256: sha256(text) }
    }),
  )
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
