import { groupBy, indexBy } from './rows.ts'
import type { BankLine, Operation, Rule } from './run.ts'
import { TURNED_AWAY } from './states.ts'

/** The money of a line is moved once: spoken for while an operation waits, gone with it, and open again if nothing came of it. */
export const linesFollowTheirOperation: Rule = {
  name: 'lines_follow_their_operation',
  find: ({ book }) => {
    const lines = indexBy(book.lines, ({ id }) => id)
    const moving = groupBy(book.operations.filter(movesLine), ({ bank_line_id }) => bank_line_id)
    return [...new Set([...lines.keys(), ...moving.keys()])].flatMap((subject) => {
      const line = lines.get(subject)
      const alive = (moving.get(subject) ?? []).filter(
        ({ state }) => !TURNED_AWAY.has(state) && state !== 'received',
      )
      const [mover] = alive
      const due = mover ? `${mover.id}${mover.state === 'processed' ? ', settled' : ''}` : 'nobody'
      const there = line ? toldOf(line) : 'no line'
      if (alive.length <= 1 && due === there) return []
      const states = alive.map(({ id, state }) => `${id} (${state})`).join(' and ')
      return { subject, detail: `is ${there}'s; it is moved by ${states || 'nobody'}` }
    })
  },
}

/** A line's own operation brings the money, and a correction brings it back as another line. */
function movesLine({ kind, bank_line_id }: Operation): boolean {
  return bank_line_id !== null && (kind === 'top_up' || kind === 'suspense_return')
}

function toldOf({ operation_id, settled_at }: BankLine): string {
  return operation_id === null ? 'nobody' : `${operation_id}${settled_at === null ? '' : ', settled'}`
}
