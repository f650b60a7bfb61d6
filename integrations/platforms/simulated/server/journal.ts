import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { bankEvent } from './events.ts'
import type { BankEvent } from './events.ts'

const NEWLINE = 0x0a
/** The book names people. */
const OWNER_ONLY = 0o600

export type Journal = {
  /** Resolves when the event is on disk, as is all that was appended before it. */
  append(event: BankEvent): Promise<void>
  /** Resolves when everything appended so far is on disk. */
  settled(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens, or creates, the append-only file and reads what is in it. Without a path the journal is memory.
 *
 * A last line without its newline was being written when the bank stopped: nobody was answered on it, and it is
 * cut off. Any other line that is not an event means that the book cannot be trusted, and is thrown.
 */
export async function openJournal(
  path: string | undefined,
): Promise<{ journal: Journal; events: BankEvent[] }> {
  if (path === undefined) return { journal: memoryJournal(), events: [] }
  const file = await open(path, 'a+', OWNER_ONLY)
  try {
    const bytes = await file.readFile()
    const end = bytes.lastIndexOf(NEWLINE) + 1
    const events = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1).map(readLine)
    if (end < bytes.length) await file.truncate(end)
    await file.sync()
    await syncFolder(dirname(path))
    return { journal: fileJournal(file), events }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Lines that come while one batch is being written go out together with the next. */
function fileJournal(file: FileHandle): Journal {
  let waiting = ''
  // Once a write has failed this stays rejected: a bank that cannot write its book answers nothing any more.
  let tail = Promise.resolve()

  async function flush(): Promise<void> {
    if (waiting === '') return
    const text = waiting
    waiting = ''
    await file.appendFile(text)
    await file.datasync()
  }

  return {
    async append(event) {
      waiting += lineOf(event)
      tail = tail.then(flush)
      await tail
    },
    async settled() {
      await tail
    },
    async close() {
      try {
        await tail
      } finally {
        await file.close()
      }
    },
  }
}

function memoryJournal(): Journal {
  return { append: doNothing, settled: doNothing, close: doNothing }
}

async function doNothing(): Promise<void> {}

/** JSON leaves three line breaks of Unicode as they are; a reader that splits on them would see two lines. */
function lineOf(event: BankEvent): string {
  const { at, kind, reference, ...rest } = event
  const text = JSON.stringify({ at, kind, reference, ...rest }).replaceAll(
    /[\u0085\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${text}\n`
}

function readLine(line: string, index: number): BankEvent {
  try {
    return bankEvent.parse(JSON.parse(line))
  } catch (cause) {
    throw new Error(`line ${index + 1} of the bank's journal is not an event`, { cause })
  }
}

/** A new file is only safe once its name in the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
