import { readExchanges } from '../log.ts'
import { readBank, readHeld, type BankAt } from './read-bank.ts'
import { connectAsOwner, readBook } from './read-book.ts'
import { readWorkflows, type TemporalAt } from './read-workflows.ts'
import { RULES } from './rules.ts'
import type { Book, Run, Violation } from './run.ts'
import { workflowIdOf } from './workflows.ts'

export type { Violation } from './run.ts'

/**
 * Judges a run after it has come to rest, by what is in SQL, in Temporal, in the bank's book and in the log of what was
 * asked and heard. Asks nothing of the product and trusts none of its functions.
 * @returns what is wrong; nothing where all is well
 * @throws where a witness cannot be heard
 */
export async function checkRun(at: {
  readonly ownerUrl: string
  readonly temporal: TemporalAt
  readonly logFile: string
  readonly bank: BankAt
}): Promise<Violation[]> {
  const book = await readBookOf(at.ownerUrl)
  return judge({
    book,
    exchanges: readExchanges(at.logFile),
    bank: await readBank(at.bank),
    held: await readHeld(at.bank),
    workflows: await readWorkflows(at.temporal, expectedWorkflows(book)),
  })
}

export function judge(run: Run): Violation[] {
  return RULES.flatMap(({ name, find }) => find(run).map((finding) => ({ rule: name, ...finding })))
}

export function expectedWorkflows({ operations }: Book): string[] {
  return operations.map(workflowIdOf).filter((id) => id !== undefined)
}

async function readBookOf(ownerUrl: string): Promise<Book> {
  const client = await connectAsOwner(ownerUrl)
  try {
    await client.query('begin isolation level repeatable read read only')
    return await readBook(client)
  } finally {
    await client.end()
  }
}
