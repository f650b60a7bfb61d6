import { demandedStep, secondStep, type TwoStep } from '#domain/identity/two-step.ts'

describe('the second step', () => {
  test.each<[TwoStep, 'none' | 'otp', TwoStep]>([
    ['none', 'none', 'none'],
    ['none', 'otp', 'otp'],
    ['otp', 'none', 'otp'],
    ['otp', 'otp', 'otp'],
    ['totp', 'none', 'totp'],
    ['totp', 'otp', 'totp'],
  ])('of who chose %s where %s is demanded is %s', (chosen, demanded, expected) => {
    expect(secondStep(chosen, demanded)).toBe(expected)
  })

  test('is demanded of clients and of staff apart', () => {
    const clients = { clientsNeedOtp: true, staffNeedOtp: false }
    const staff = { clientsNeedOtp: false, staffNeedOtp: true }
    expect([demandedStep(clients, 'merchant'), demandedStep(clients, 'accountant')]).toEqual(['otp', 'none'])
    expect([demandedStep(staff, 'merchant'), demandedStep(staff, 'accountant')]).toEqual(['none', 'otp'])
  })
})
