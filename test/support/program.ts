import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A small program in the shell's language, for a place where another one is looked for. */
export async function writeProgram(path: string, ...lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
}
