import { readFile, rename, writeFile } from 'node:fs/promises'

/**
 * Text that only the owner may read, made once and then kept. It is written beside and renamed, so that a crash leaves
 * either no file or a whole one.
 */
export async function keptText(file: string, make: () => string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '')
  if (kept) return kept.trimEnd()
  const text = make()
  await writePrivate(file, text)
  return text
}

export async function writePrivate(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}`
  await writeFile(beside, `${text}\n`, { mode: 0o600 })
  await rename(beside, file)
}
