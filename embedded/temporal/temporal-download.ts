import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { chmod, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { workBeside } from '../process/work-beside.ts'
import type { CachedBinary } from './temporal-source.ts'

const run = promisify(execFile)

/** Where there is no way out to the network nobody should wait long to learn it. */
const ANSWER_WITHIN_MS = 5_000
const WHOLE_WITHIN_MS = 300_000

/** The official archive into the cache. False, without noise, where it cannot be had: building comes next. */
export async function downloadTemporal(wanted: CachedBinary): Promise<boolean> {
  return workBeside(wanted.target, async (beside) => {
    const archive = join(beside, 'archive')
    await fetchTo(archive, wanted)
    await run('tar', ['-xf', archive, '-C', beside, 'temporal'])
    await chmod(join(beside, 'temporal'), 0o755)
    await rename(join(beside, 'temporal'), wanted.target)
    return true
  }).catch(() => false)
}

async function fetchTo(
  archive: string,
  { downloadUrl, version, progress, signal }: CachedBinary,
): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const patience = new AbortController()
  const impatience = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS)
  const signals = [patience.signal, AbortSignal.timeout(WHOLE_WITHIN_MS), ...(signal ? [signal] : [])]
  try {
    const url = `${downloadUrl}/${version}?platform=${process.platform}&arch=${arch}`
    const response = await fetch(url, { signal: AbortSignal.any(signals) })
    clearTimeout(impatience)
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
    progress(`Downloading Temporal ${version} (about 60 MB), once.`)
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive))
  } finally {
    clearTimeout(impatience)
  }
}
