import type { ScreeningSubject } from '#domain/screening/screening.ts'

export const OPERATION = 'op_01h2xcejqtf2nbrexx3vqjhp41'

/** A withdrawal of 100.00 of a client with a harmless name, to whom a test says. */
export function subjectOf(more: Partial<ScreeningSubject> = {}): ScreeningSubject {
  return {
    projectId: 'prj_1',
    check: `${OPERATION}/1`,
    kind: 'withdrawal',
    issuerId: 'iss_1',
    amount: 10_000n,
    currency: 'EUR',
    fraction: 2,
    organizationId: 'org_1',
    askedAt: new Date('2030-01-01T12:00:00Z'),
    parties: [{ part: 'client', name: 'Emma Fournier' }],
    ...more,
  }
}

/** To somebody. */
export function subjectTo(name: string, more: Partial<ScreeningSubject> = {}): ScreeningSubject {
  const parties = [
    { part: 'client', name: 'Emma Fournier' },
    { part: 'counterparty', name },
  ] as const
  return subjectOf({ parties, ...more })
}
