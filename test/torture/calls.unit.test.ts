import { findMiskept, type Noted } from '#torture/check-calls.ts'

describe('calls that were taken', () => {
  it('are kept', () => {
    expect(subjects([taken('e1'), taken('e2')], ['e1', 'e2', 'e3'])).toEqual([])
    expect(subjects([taken('e1'), taken('e2')], ['e1'])).toEqual([
      'op_1: the call e2 was taken, and is not kept',
    ])
  })

  it('are never those of somebody else', () => {
    expect(subjects([forged('e1')], [])).toEqual([])
    expect(subjects([forged('e1')], ['e1'])).toEqual(['op_1: the call e1 was signed by somebody else'])
  })
})

const taken = (eventId: string): Noted => ({ kind: 'callback.delivered', reference: 'op_1', eventId })

function forged(eventId: string): Noted {
  return {
    kind: 'order.confirmed',
    reference: 'op_1',
    callback: { eventId, forged: true },
  }
}

const subjects = (noted: readonly Noted[], kept: readonly string[]) =>
  findMiskept(noted, new Set(kept)).map(({ subject, detail }) => `${subject}: ${detail}`)
