import type { Answer } from '#test/support/api.ts'
import { refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { useContracts } from '#test/support/use-contracts.ts'

const { api, manager, issuer } = useContracts()
let contract: string
beforeEach(async () => {
  contract = (await manager.create()).text('id')
})

describe('commission profiles', () => {
  test('are added, listed and removed with their rules, and the trail keeps what was there', async () => {
    const dest = { type: 'personType', value: 'standart' }
    const added = await manager.addProfile(contract, {
      issuerId: issuer.issuerId,
      destParticipantSpecification: dest,
    })
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({
      contractId: contract,
      issuerId: issuer.issuerId,
      operationFlowId: 'transfer',
      srcParticipantSpecification: { type: 'no' },
      destParticipantSpecification: { type: 'personType', value: 'standard' },
    })
    await manager.addProfile(contract, { operationFlowId: 'bank_top_up' })
    const view = `/contracts/${contract}/commission-profiles/view`
    const all = await manager.ask('POST', view, { pageSize: 1 })
    expect([all.at('totalRecords'), all.at('records')]).toEqual([2, [added.body]])
    const filtered = await manager.ask('POST', view, {
      filter: { operationFlowId: 'transfer', issuerId: issuer.issuerId },
    })
    expect(filtered.at('records')).toEqual([added.body])
    const id = added.text('id')
    const path = `/contracts/${contract}/commission-profiles/${id}`
    const rule = await manager.addRule(path)
    expect((await manager.ask('DELETE', path)).status).toBe(204)
    expect(refusalOf(await manager.ask('DELETE', path))).toEqual(noSuch('pid'))
    expect(
      (await manager.ask('POST', view, { filter: { issuerId: issuer.issuerId } })).at('records'),
    ).toEqual([])
    expect(await manager.trailOf(id)).toMatchObject([
      {
        action: 'commission_profile.remove',
        actor: { id: api.admin.id },
        before: { ...(added.body as object), rules: [rule.body] },
        after: null,
      },
      { action: 'commission_profile.create', actor: { id: api.admin.id }, before: null, after: added.body },
    ])
  })

  test('are one for each operation, issuer and participants, also where two come at once', async () => {
    const base = { type: 'personType', value: 'base' }
    for (const body of [
      {},
      { issuerId: issuer.issuerId },
      { srcParticipantSpecification: base },
      { operationFlowId: 'bank_top_up' },
    ]) {
      const answers = await Promise.all([1, 2].map(() => manager.addProfile(contract, body)))
      expect(statusesOf(answers)).toEqual([201, 409])
      expect(refusalOf(await manager.addProfile(contract, body))).toEqual({
        status: 409,
        code: 'commission_profile_exists',
        parameters: ['operationFlowId'],
      })
    }
  })

  test.each([
    ['an unknown operation', { operationFlowId: 'exchange' }, 'operationFlowId'],
    ['an unknown issuer', { issuerId: 'iss_1' }, 'issuerId'],
    [
      'an unknown sort of participant',
      { srcParticipantSpecification: { type: 'role' } },
      'srcParticipantSpecification.type',
    ],
    [
      'an unknown class of participant',
      { destParticipantSpecification: { type: 'personType', value: 'king' } },
      'destParticipantSpecification.value',
    ],
    [
      'a class without a name',
      { srcParticipantSpecification: { type: 'personType' } },
      'srcParticipantSpecification.value',
    ],
    [
      'a payer of a top-up who is a client',
      { operationFlowId: 'bank_top_up', srcParticipantSpecification: { type: 'personType', value: 'vip' } },
      'srcParticipantSpecification.type',
    ],
    [
      'a payee of a withdrawal who is a client',
      {
        operationFlowId: 'bank_withdrawal',
        destParticipantSpecification: { type: 'personType', value: 'vip' },
      },
      'destParticipantSpecification.type',
    ],
  ])('are refused with %s', async (_what, body, parameter) => {
    expect(refusalOf(await manager.addProfile(contract, body))).toEqual(badly(parameter))
    const view = await manager.ask('POST', `/contracts/${contract}/commission-profiles/view`, {})
    expect(view.at('totalRecords')).toBe(0)
  })

  test('of one contract are not those of another', async () => {
    const path = await profilePath()
    const other = (await manager.create()).text('id')
    const elsewhere = path.replace(contract, other)
    for (const answer of [
      await manager.ask('DELETE', elsewhere),
      await manager.addRule(elsewhere),
      await manager.ask('POST', `${elsewhere}/commission-rule/view`, {}),
    ])
      expect(refusalOf(answer)).toEqual(noSuch('pid'))
  })
})

describe('commission rules', () => {
  test('are added without being active, changed, and removed', async () => {
    const profile = await profilePath()
    const added = await manager.addRule(profile, { beginDate: '2026-01-01T02:00:00+02:00' })
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({
      commissionProfileId: profile.split('/').at(-1),
      beginDate: '2026-01-01T00:00:00.000Z',
      endDate: null,
      direction: 'OUT',
      active: false,
      conditions: [],
    })
    const id = added.text('id')
    const path = `${profile}/commission-rule/${id}`
    const changes = { direction: 'SHARED', active: true, endDate: '2027-01-01T00:00:00.000Z' }
    const changed = await manager.ask('PATCH', path, changes)
    expect(changed.body).toEqual({ ...(added.body as object), ...changes })
    expect(await rulesOf(profile)).toEqual([changed.body])
    const endless = await manager.ask('PATCH', path, { endDate: null })
    expect(endless.at('endDate')).toBeNull()
    expect((await manager.ask('DELETE', path)).status).toBe(204)
    expect(await rulesOf(profile)).toEqual([])
    expect(refusalOf(await manager.ask('DELETE', path))).toEqual(noSuch('ruleId'))
    expect(refusalOf(await manager.ask('PATCH', path, { active: false }))).toEqual(noSuch('ruleId'))
    expect(await manager.trailOf(id)).toMatchObject([
      { action: 'commission_rule.remove', before: endless.body, after: null },
      { action: 'commission_rule.change', before: changed.body, after: endless.body },
      { action: 'commission_rule.change', before: added.body, after: changed.body },
      { action: 'commission_rule.create', actor: { id: api.admin.id }, before: null, after: added.body },
    ])
  })

  test('that are active may touch in time and not overlap', async () => {
    const profile = await profilePath()
    const [early, late] = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']
    const first = await manager.addRule(profile, { beginDate: early, endDate: late, active: true })
    const refused = { status: 409, code: 'commission_rule_overlaps', parameters: ['beginDate'] }
    const sooner = { beginDate: '2026-12-31T23:59:59.999Z', active: true }
    expect(refusalOf(await manager.addRule(profile, sooner))).toEqual(refused)
    const second = await manager.addRule(profile, { beginDate: late, active: true })
    expect(second.status).toBe(201)
    const path = (rule: Answer) => `${profile}/commission-rule/${rule.text('id')}`
    const pulled = await manager.ask('PATCH', path(second), { beginDate: sooner.beginDate })
    expect(refusalOf(pulled)).toEqual(refused)
    const stretched = await manager.ask('PATCH', path(first), { endDate: null })
    expect(refusalOf(stretched)).toEqual({ ...refused, parameters: ['endDate'] })
    const third = await manager.addRule(profile, { beginDate: early })
    const woken = await manager.ask('PATCH', path(third), { active: true })
    expect(refusalOf(woken)).toEqual({ ...refused, parameters: ['active'] })
    expect(await rulesOf(profile)).toHaveLength(3)
    expect(((await rulesOf(profile)) as { active: boolean }[]).filter(({ active }) => active)).toEqual([
      first.body,
      second.body,
    ])
  })

  test('do not overlap where two are switched on at once', async () => {
    const profile = await profilePath()
    const rules = await Promise.all([1, 2, 3].map(() => manager.addRule(profile)))
    const woken = await Promise.all(
      rules.map((rule) =>
        manager.ask('PATCH', `${profile}/commission-rule/${rule.text('id')}`, { active: true }),
      ),
    )
    expect(statusesOf(woken)).toEqual([200, 409, 409])
  })

  test('of other profiles are in nobody’s way', async () => {
    for (const path of [await profilePath(), await profilePath({ issuerId: null })])
      expect((await manager.addRule(path, { active: true })).status).toBe(201)
  })

  test('are listed for a moment, before it and from it on', async () => {
    const profile = await profilePath()
    const years = ['2024', '2025', '2026', '2027'].map((year) => `${year}-01-01T00:00:00Z`)
    const ids: string[] = []
    for (const [place, beginDate] of years.entries())
      ids.push(
        (await manager.addRule(profile, { beginDate, endDate: years[place + 1], active: true })).text('id'),
      )
    const found = async (filterCriteria: string, date?: string) =>
      ((await rulesOf(profile, { filterCriteria, date })) as { id: string }[]).map(({ id }) =>
        ids.indexOf(id),
      )
    expect(await found('FOR_DATE', '2025-06-01T00:00:00Z')).toEqual([1])
    expect(await found('FOR_DATE', '2026-01-01T00:00:00Z')).toEqual([2])
    expect(await found('FOR_DATE', '2020-01-01T00:00:00Z')).toEqual([])
    expect(await found('BEFORE_DATE', '2026-01-01T00:00:00Z')).toEqual([0, 1])
    expect(await found('FROM_DATE', '2026-01-01T00:00:00Z')).toEqual([2, 3])
    expect(await found('BEFORE_DATE', '2099-01-01T00:00:00Z')).toEqual([0, 1, 2, 3])
  })

  test.each([
    ['no begin', { beginDate: undefined }, 'beginDate'],
    ['a day for a moment', { beginDate: '2026-01-01' }, 'beginDate'],
    ['an end at its begin', { endDate: '2020-01-01T00:00:00Z' }, 'endDate'],
    ['an end before its begin', { endDate: '2019-01-01T00:00:00Z' }, 'endDate'],
    ['an unknown direction', { direction: 'BOTH' }, 'direction'],
    ['a word for a switch', { active: 'true' }, 'active'],
    ['an unknown field', { percent: 1 }, 'percent'],
  ])('are refused with %s', async (_what, body, parameter) => {
    const profile = await profilePath()
    expect(refusalOf(await manager.addRule(profile, body))).toEqual(badly(parameter))
    expect(await rulesOf(profile)).toEqual([])
  })

  test('cannot be changed to end before they begin', async () => {
    const profile = await profilePath()
    const rule = await manager.addRule(profile, { endDate: '2026-01-01T00:00:00Z' })
    const path = `${profile}/commission-rule/${rule.text('id')}`
    const late = await manager.ask('PATCH', path, { beginDate: '2026-01-01T00:00:00Z' })
    expect(refusalOf(late)).toEqual(badly('beginDate'))
    const early = await manager.ask('PATCH', path, { endDate: '2019-01-01T00:00:00Z' })
    expect(refusalOf(early)).toEqual(badly('endDate'))
    expect(await rulesOf(profile)).toEqual([rule.body])
  })
})

async function profilePath(more: object = {}): Promise<string> {
  const added = await manager.addProfile(contract, { issuerId: issuer.issuerId, ...more })
  return `/contracts/${contract}/commission-profiles/${added.text('id')}`
}

async function rulesOf(profile: string, body: object = {}): Promise<unknown> {
  return (await manager.ask('POST', `${profile}/commission-rule/view`, body)).at('records')
}

function noSuch(parameter: string) {
  return { status: 404, code: 'not_found', parameters: [parameter] }
}

function badly(parameter: string) {
  return { status: 400, code: 'validation_failed', parameters: [parameter] }
}
