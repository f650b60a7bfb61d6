import { readFile, rm, writeFile } from 'node:fs/promises'
import { processIdentity } from './process-identity.ts'

/** Which process a file speaks for; `identity` tells it from a later one with the same id. */
export type ProcessRecord = { readonly pid: number; readonly identity: string | undefined }

export async function writeProcessFile(file: string, pid: number): Promise<void> {
  const record: ProcessRecord = { pid, identity: await processIdentity(pid) }
  await writeFile(file, JSON.stringify(record))
}

/** The recorded process if it still runs, otherwise undefined. */
export async function readLiveProcess(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const { pid, identity } = parseRecord(text)
  if (!pid || !identity) return undefined
  return (await processIdentity(pid)) === identity ? pid : undefined
}

export async function removeProcessFile(file: string): Promise<void> {
  await rm(file, { force: true })
}

function parseRecord(text: string): Partial<ProcessRecord> {
  try {
    const record: Partial<ProcessRecord> = JSON.parse(text)
    return record
  } catch {
    // Cut short by a crash while it was written: nobody holds it.
    return {}
  }
}
