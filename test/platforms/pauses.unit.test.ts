import { lookUpPauseMs, sendPauseMs } from '#workflows/policy.ts'

test('what could not be sent waits as long as the platform asks for, but no day for what may be mended in minutes', () => {
  expect(sendPauseMs(2_000, 500)).toBe(2_000)
  expect(sendPauseMs(0, lookUpPauseMs(3))).toBe(4_000)
  expect(sendPauseMs(86_400_000, 500)).toBe(900_000)
})
