import { condition } from '@temporalio/workflow'
import type { Running } from './operation.ts'

/** Waits for a person, or for the clock. Which of two came first is for the book to say. */
export async function awaitDecision({ id, book, desk, tell }: Running): Promise<void> {
  const waiting = desk.state()
  tell()
  const inTime = await condition(() => desk.state() !== waiting, desk.decideInMs())
  if (!inTime) desk.moveTo(await book.expireDecision({ operation: id }))
}
