import { MATCH_FROM, NEAR_FROM } from '#domain/screening/name-match.ts'
import { list, openAml, rule } from '#test/support/aml.ts'
import { refusalOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'

const aml = opened(openAml, ({ close }) => close())

describe('lists', () => {
  test('take names, which the next check finds, until they are taken off', async () => {
    const answer = await aml.post('/aml/lists', list({ description: 'Our own' }))
    expect(answer.body).toMatchObject({
      matchFrom: MATCH_FROM,
      nearFrom: NEAR_FROM,
      entries: 0,
      active: true,
    })
    const id = answer.text('id')
    expect(await aml.verdictOn('Zebulon Quartermain')).toBe('clear')
    const added = await aml.post(`/aml/lists/${id}/entries`, {
      entries: [
        { name: 'QUARTERMAIN, Zebulon', aliases: ['The Quiet Zephyr'], country: 'GB' },
        { name: 'Quixotic Holdings Ltd', kind: 'organization' },
      ],
    })
    expect(added.status).toBe(201)
    expect(await aml.verdictOn('Zebulon Quartermain')).toBe('hit')
    expect(await aml.verdictOn('Quiet Zephyr')).not.toBe('clear')
    const [{ id: entry } = { id: '' }] = added.at('records') as { id: string }[]
    expect((await aml.call('DELETE', `/aml/lists/${id}/entries/${entry}`)).status).toBe(204)
    expect(await aml.verdictOn('Zebulon Quartermain')).toBe('clear')
    expect(await aml.trailOf(id)).toEqual([
      ['aml.list.entries.remove', true],
      ['aml.list.entries.add', true],
      ['aml.list.create', true],
    ])
  })

  test('mean what they say, and are not looked at while they are off', async () => {
    const id = await aml.created('/aml/lists', list())
    await aml.post(`/aml/lists/${id}/entries`, { entries: [{ name: 'Ottoline Fitzgibbon' }] })
    expect(await aml.verdictOn('Ottoline Fitzgibbon')).toBe('hit')
    const changed = await aml.patch(`/aml/lists/${id}`, { onMatch: 'review', nearFrom: 90 })
    expect(changed.body).toMatchObject({ onMatch: 'review', matchFrom: MATCH_FROM, nearFrom: 90, entries: 1 })
    expect(await aml.verdictOn('Ottoline Fitzgibbon')).toBe('review')
    await aml.patch(`/aml/lists/${id}`, { active: false })
    expect(await aml.verdictOn('Ottoline Fitzgibbon')).toBe('clear')
    expect((await aml.call('GET', '/aml/lists')).at('records')).toContainEqual({
      ...(changed.body as object),
      active: false,
    })
  })

  test('their names come in pages and are found by any piece of text, where % is just a sign', async () => {
    const id = await aml.created('/aml/lists', list())
    const names = ['Alpha 100% Ltd', 'Beta Ltd', 'Gamma Ltd']
    await aml.post(`/aml/lists/${id}/entries`, {
      entries: names.map((name, i) => ({ name, aliases: [`Alias${i}`] })),
    })
    const view = async (body: object) => {
      const answer = await aml.post(`/aml/lists/${id}/entries/view`, body)
      return [answer.at('totalRecords'), (answer.at('records') as { name: string }[]).map(({ name }) => name)]
    }
    expect(await view({ pageSize: 2 })).toEqual([3, ['Alpha 100% Ltd', 'Beta Ltd']])
    expect(await view({ pageSize: 2, pageNumber: 1 })).toEqual([3, ['Gamma Ltd']])
    expect(await view({ sort: { name: 'desc' }, pageSize: 1 })).toEqual([3, ['Gamma Ltd']])
    expect(await view({ filter: { text: 'alias1' } })).toEqual([1, ['Beta Ltd']])
    expect(await view({ filter: { text: '0%' } })).toEqual([1, ['Alpha 100% Ltd']])
    expect(await view({ filter: { text: '%a' } })).toEqual([0, []])
  })

  test('take a thousand names at once, and no more', async () => {
    const id = await aml.created('/aml/lists', list({ active: false }))
    const entries = Array.from({ length: 1001 }, (_, i) => ({ name: `Person Number ${i}` }))
    const path = `/aml/lists/${id}/entries`
    const tooMany = await aml.post(path, { entries })
    expect(refusalOf(tooMany)).toMatchObject({ status: 400, parameters: ['entries'] })
    expect((await aml.post(path, { entries: entries.slice(1) })).status).toBe(201)
    expect((await aml.post(`${path}/view`, {})).at('totalRecords')).toBe(1000)
  })

  test.each([
    ['none', [], 'entries'],
    ['one without a name', [{}], 'entries.0.name'],
    ['one without letters', [{ name: 'A' }, { name: '???' }], 'entries.1.name'],
    ['an alias without letters', [{ name: 'A', aliases: ['-'] }], 'entries.0.aliases.0'],
    ['a country in small letters', [{ name: 'A', country: 'gb' }], 'entries.0.country'],
    ['a kind of its own', [{ name: 'A', kind: 'vessel' }], 'entries.0.kind'],
    ['an unknown field', [{ name: 'A', born: '1970' }], 'entries.0.born'],
  ])('names that are not fit are refused, all of them: %s', async (_what, entries, parameter) => {
    const id = await aml.created('/aml/lists', list())
    const before = await aml.rows()
    const answer = await aml.post(`/aml/lists/${id}/entries`, { entries })
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
    expect(await aml.rows()).toEqual(before)
  })

  test.each([
    ['a meaning of its own', { onMatch: 'clear' }, 'onMatch'],
    ['a score above 100', { matchFrom: 101 }, 'matchFrom'],
    ['a score that everybody reaches', { nearFrom: 10 }, 'nearFrom'],
    ['near above match', { matchFrom: 85, nearFrom: 90 }, 'nearFrom'],
  ])('%s is refused by name', async (_what, more, parameter) => {
    const before = await aml.rows()
    expect(refusalOf(await aml.post('/aml/lists', list(more)))).toMatchObject({
      status: 400,
      parameters: [parameter],
    })
    expect(await aml.rows()).toEqual(before)
  })

  test('an entry of another list, or of none, is not there', async () => {
    const [one, other] = [await aml.created('/aml/lists', list()), await aml.created('/aml/lists', list())]
    const added = await aml.post(`/aml/lists/${one}/entries`, { entries: [{ name: 'A B' }] })
    const entry = added.text('records.0.id')
    for (const path of [`${other}/entries/${entry}`, `${one}/entries/sce_nobody`])
      expect(refusalOf(await aml.call('DELETE', `/aml/lists/${path}`))).toMatchObject({
        status: 404,
        parameters: ['entryId'],
      })
    expect((await aml.post(`/aml/lists/${one}/entries/view`, {})).at('totalRecords')).toBe(1)
  })
})

describe('rules', () => {
  test('one that was created counts at once, and no more once it is removed', async () => {
    const answer = await aml.post('/aml/rules', rule({ countries: ['AQ'] }))
    expect(answer.status).toBe(201)
    expect((await aml.call('GET', '/aml/rules')).at('records')).toContainEqual(answer.body)
    const id = answer.text('id')
    const parties = [{ part: 'counterparty', name: 'Oliver Fairweather', country: 'AQ' }]
    expect(await aml.verdictOn('', { parties })).toBe('hit')
    const changed = await aml.patch(`/aml/rules/${id}`, { verdict: 'review', countries: ['AQ', 'BV'] })
    expect(changed.body).toMatchObject({ verdict: 'review', countries: ['AQ', 'BV'], type: 'country' })
    expect(await aml.verdictOn('', { parties })).toBe('review')
    expect((await aml.call('DELETE', `/aml/rules/${id}`)).status).toBe(204)
    expect(await aml.verdictOn('', { parties })).toBe('clear')
    expect(refusalOf(await aml.call('DELETE', `/aml/rules/${id}`))).toMatchObject({
      status: 404,
      parameters: ['id'],
    })
    expect(await aml.trailOf(id)).toEqual([
      ['aml.rule.remove', true],
      ['aml.rule.change', true],
      ['aml.rule.create', true],
    ])
  })

  test('of amounts are in the currency of their issuer', async () => {
    const more = {
      type: 'amount',
      issuerId: aml.issuerId,
      fromAmount: '250',
      countries: undefined,
      verdict: 'review',
    }
    const answer = await aml.post('/aml/rules', rule(more))
    expect(answer.body).toMatchObject({ fromAmount: '250.00', issuerId: aml.issuerId })
    expect(await aml.verdictOn('', { amount: 25_000n })).toBe('review')
    expect(await aml.verdictOn('', { amount: 24_999n })).toBe('clear')
    await aml.patch(`/aml/rules/${answer.text('id')}`, { fromAmount: '300.01' })
    expect(await aml.verdictOn('', { amount: 30_000n })).toBe('clear')
  })

  test.each([
    ['an amount without an amount', { type: 'amount', issuerId: 'ours', countries: undefined }, 'fromAmount'],
    ['an amount without an issuer', { type: 'amount', fromAmount: '1', countries: undefined }, 'issuerId'],
    [
      'a count without a window',
      { type: 'velocity_count', fromCount: 3, countries: undefined },
      'windowHours',
    ],
    [
      'a sum without an issuer',
      { type: 'velocity_sum', fromAmount: '1', windowHours: 1, countries: undefined },
      'issuerId',
    ],
    ['countries with a window', { windowHours: 1 }, 'windowHours'],
    ['a country without countries', { countries: undefined }, 'countries'],
    ['no countries', { countries: [] }, 'countries'],
    ['a country by its name', { countries: ['Korea'] }, 'countries.0'],
    [
      'a window of nothing',
      { type: 'velocity_count', fromCount: 3, windowHours: 0, countries: undefined },
      'windowHours',
    ],
    ['a verdict of clear', { verdict: 'clear' }, 'verdict'],
    ['an unknown type', { type: 'mood' }, 'type'],
  ])('%s is refused by name', async (_what, more, parameter) => {
    const before = await aml.rows()
    const body = rule('issuerId' in more ? { ...more, issuerId: aml.issuerId } : more)
    expect(refusalOf(await aml.post('/aml/rules', body))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: [parameter],
    })
    expect(await aml.rows()).toEqual(before)
  })

  test('do not take fields of another type by a change', async () => {
    const id = await aml.created('/aml/rules', rule())
    const answer = await aml.patch(`/aml/rules/${id}`, { fromCount: 3 })
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['fromCount'] })
  })
})
