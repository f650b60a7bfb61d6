import { sumOf } from '../decimals.ts'
import type { HoldingHarness, OtherSide } from '../holding-harness.ts'
import { meridianLabel } from './label.ts'
import { BRANCH_KEY, startMeridianServer } from './server.ts'

export const meridianHarness: HoldingHarness = {
  label: meridianLabel,
  place: { account: 'DE-001', currency: 'EUR' },
  unknownPlace: { account: 'DE-999', currency: 'EUR' },
  amounts: ['250', '12.5', '0.01'],
  moreThanAPage: 60,
  late: ['commit_late', 'answer_late', 'refuse_late'],
  start: async () => sideOf(await startMeridianServer()),
}

function sideOf({
  url,
  book,
  faults,
  add,
  bookedAt,
  stop,
}: Awaited<ReturnType<typeof startMeridianServer>>): OtherSide {
  return {
    settings: { urls: { apiUrl: url }, credentials: { apiKey: BRANCH_KEY } },
    wrongSettings: { urls: { apiUrl: url }, credentials: { apiKey: 'key-of-somebody-else' } },
    order: async (fault, about) => faults.order(fault, about),
    hurry: async (reference) => faults.hurry(reference),
    calm: async () => faults.calm(),
    async moves(place, amounts) {
      for (const amount of amounts) add({ ...place, amount, reference: null }, 'booked')
    },
    bookings: async ({ reference }) =>
      book.filter((one) => one.reference === reference && one.state === 'booked').map(({ amount }) => amount),
    balanceOf: async ({ account, currency }) =>
      sumOf(bookedAt(account, currency).map(({ amount }) => amount)),
    stop,
  }
}
