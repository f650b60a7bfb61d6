import { condition } from '@temporalio/workflow'
import type { Running } from './operation.ts'

/** Waits for a person, or for the clock. Which of two came first is for the book to say. */
export async function awaitDecision({ id, registered, book, desk, tell }: Running): Promise<void> {
  const isDecided = () => desk.state() !== 'awaiting_decision'
  if (!isDecided()) {
    const inTime = await condition(isDecided, registered.decideInMs ?? 0)
    if (!inTime) desk.moveTo((await book.expireDecision({ operation: id })) ?? desk.state())
  }
  tell()
}
