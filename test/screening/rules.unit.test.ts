import type {
  ScreeningList,
  ScreeningRule,
  ScreeningRules,
  Velocity,
} from '#domain/screening/screening-rules.ts'
import { createScreening } from '#integrations/screening/registry.ts'
import type { VelocityAsked } from '#integrations/screening/rules/provider.ts'
import { subjectOf, subjectTo } from './subject.ts'

describe('names', () => {
  test.each([
    ['another word order', 'Nicolas Maduro Moros', 'hit'],
    ['another script', 'Николас Мадуро Морос', 'hit'],
    ['an alias', 'el presidente bolivariano', 'hit'],
    ['an initial', 'N. Maduro Moros', 'review'],
    ['a part left out', 'Nicolás Maduro', 'review'],
    ['somebody else', 'Nicola Moretti', 'clear'],
    ['nobody', '', 'clear'],
    ['a name that cannot be compared', '???', 'review'],
  ])('%s', async (_what, name, verdict) => {
    expect(await verdictOf({ lists: [LIST] }, subjectTo(name))).toBe(verdict)
  })

  test('a match means what its list says, and of several the gravest counts', async () => {
    const mild: ScreeningList = { ...LIST, id: 'scl_2', onMatch: 'review' }
    const subject = subjectTo('Nicolas Maduro Moros')
    expect(await verdictOf({ lists: [mild] }, subject)).toBe('review')
    expect(await verdictOf({ lists: [mild, LIST] }, subject)).toBe('hit')
  })

  test('the thresholds are those of the list', async () => {
    const subject = subjectTo('Nicolás Maduro')
    expect(await verdictOf({ lists: [{ ...LIST, nearFrom: 92 }] }, subject)).toBe('clear')
    expect(await verdictOf({ lists: [{ ...LIST, matchFrom: 80 }] }, subject)).toBe('hit')
  })

  test('the reasons name the party, the list, the score and the entry, and nobody', async () => {
    const { provider } = providerWith({ lists: [LIST] })
    expect((await provider.check(subjectTo('Nicolas Maduro Moros'))).reasons).toEqual([
      'counterparty: list "OFAC" matches at 100: sce_1',
    ])
  })

  test('the client is looked for as well', async () => {
    const parties = [{ part: 'client', name: 'Nicolas Maduro Moros' }] as const
    expect(await verdictOf({ lists: [LIST] }, subjectOf({ parties }))).toBe('hit')
  })
})

const common = { id: 'scr_1', kinds: ['withdrawal'], verdict: 'review' } as const
const LARGE: ScreeningRule = {
  ...common,
  name: 'Large',
  type: 'amount',
  issuerId: 'iss_1',
  fromAmount: 10_000n,
}
const OFTEN: ScreeningRule = {
  ...common,
  name: 'Often',
  type: 'velocity_count',
  issuerId: null,
  windowHours: 24,
  fromCount: 3,
}
const MUCH: ScreeningRule = {
  ...common,
  name: 'Much',
  type: 'velocity_sum',
  issuerId: 'iss_1',
  windowHours: 48,
  fromAmount: 50_000n,
}
const AFAR: ScreeningRule = { ...common, name: 'Afar', type: 'country', countries: ['KP'], verdict: 'hit' }

const to = (country?: string) =>
  subjectOf({ parties: [{ part: 'counterparty', name: 'A', ...(country ? { country } : {}) }] })

describe('rules', () => {
  test.each<[string, Data & { subject: ReturnType<typeof subjectOf> }, string]>([
    ['an amount that is reached', { rules: [LARGE], subject: subjectOf({ amount: 10_000n }) }, 'review'],
    ['an amount that is not', { rules: [LARGE], subject: subjectOf({ amount: 9_999n }) }, 'clear'],
    ['an amount in another issuer', { rules: [LARGE], subject: subjectOf({ issuerId: 'iss_2' }) }, 'clear'],
    ['another kind of operation', { rules: [LARGE], subject: subjectOf({ kind: 'top_up' }) }, 'clear'],
    ['often enough', { rules: [OFTEN], velocity: { count: 3, sum: 0n }, subject: subjectOf() }, 'review'],
    ['not so often', { rules: [OFTEN], velocity: { count: 2, sum: 0n }, subject: subjectOf() }, 'clear'],
    ['much enough', { rules: [MUCH], velocity: { count: 0, sum: 50_000n }, subject: subjectOf() }, 'review'],
    ['not so much', { rules: [MUCH], velocity: { count: 99, sum: 49_999n }, subject: subjectOf() }, 'clear'],
    ['a listed country', { rules: [AFAR], subject: to('KP') }, 'hit'],
    ['another country', { rules: [AFAR], subject: to('KR') }, 'clear'],
    ['no country', { rules: [AFAR], subject: to() }, 'clear'],
  ])('%s', async (_what, data, verdict) => {
    expect(await verdictOf(data, data.subject)).toBe(verdict)
  })

  test('the window ends when the operation was asked for, so that a repeated check counts the same', async () => {
    const { provider, asked } = providerWith({ rules: [MUCH] })
    await provider.check(subjectOf())
    expect(asked).toEqual([
      { projectId: 'prj_1', organizationId: 'org_1', rule: MUCH, at: new Date('2030-01-01T12:00:00Z') },
    ])
  })

  test('all that were broken are named', async () => {
    const { provider } = providerWith({ rules: [LARGE, AFAR, OFTEN] })
    const answer = await provider.check(to('KP'))
    expect(answer).toMatchObject({ verdict: 'hit', reasons: ['rule "Large"', 'rule "Afar"'] })
  })
})

test('lists are indexed once, and anew after a change', async () => {
  const { provider, loaded, change } = providerWith({ lists: [LIST] })
  const subject = subjectTo('Nicolas Maduro Moros')
  await provider.check(subject)
  expect((await provider.check(subject)).verdict).toBe('hit')
  change({ version: '2', lists: [{ ...LIST, entries: [] }], rules: [] })
  expect((await provider.check(subject)).verdict).toBe('clear')
  expect(loaded).toEqual([undefined, '1', '1'])
})

test('without its data there is no answer', async () => {
  const provider = createScreening(
    {},
    {
      loadRules: () => Promise.reject(new Error('no database')),
      velocityOf: () => Promise.reject(new Error('no database')),
    },
  ).get('rules')
  await expect(provider?.check(subjectOf())).rejects.toThrow('no database')
})

const LIST: ScreeningList = {
  id: 'scl_1',
  name: 'OFAC',
  onMatch: 'hit',
  matchFrom: 92,
  nearFrom: 80,
  entries: [{ id: 'sce_1', names: ['MADURO MOROS, Nicolas', 'El Presidente Bolivariano'] }],
}

type Data = { lists?: readonly ScreeningList[]; rules?: readonly ScreeningRule[]; velocity?: Velocity }

function providerWith({ lists = [], rules = [], velocity = { count: 1, sum: 10_000n } }: Data) {
  const asked: VelocityAsked[] = []
  const loaded: (string | undefined)[] = []
  let data: ScreeningRules = { version: '1', lists, rules }
  const provider = createScreening(
    {},
    {
      loadRules: (_project, known) => {
        loaded.push(known)
        return Promise.resolve(known === data.version ? 'unchanged' : data)
      },
      velocityOf: (one) => {
        asked.push(one)
        return Promise.resolve(velocity)
      },
    },
  ).get('rules')
  if (!provider) throw new Error('there is no embedded provider')
  return { provider, asked, loaded, change: (changed: ScreeningRules) => void (data = changed) }
}

const verdictOf = async (data: Data, subject = subjectOf()) =>
  (await providerWith(data).provider.check(subject)).verdict
