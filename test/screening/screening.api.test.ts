import { findCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { listActiveScreeningPolicies } from '#db/screening/screening-policies.ts'
import { answerScreeningCheck, beginScreeningCheck } from '#db/screening/screenings.ts'
import { rolesWith } from '#domain/identity/role.ts'
import { list, openAml, policy, rule } from '#test/support/aml.ts'
import { freshCode, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { intend } from '#test/support/intent.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, registerClient } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'

const aml = opened(openAml, ({ close }) => close())

describe('policies', () => {
  test('one that was created is listed, counts for operations, and stands in the trail', async () => {
    const answer = await aml.post(
      '/aml/policies',
      policy({ types: ['bank_topup', 'bank_redeem'], issuerId: aml.issuerId, fromAmount: '100.5' }),
    )
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      types: ['bank_topup', 'bank_redeem'],
      issuerId: aml.issuerId,
      fromAmount: '100.50',
      provider: 'rules',
      maxAgeSeconds: 86_400,
      patienceSeconds: 120,
      active: true,
    })
    expect((await aml.call('GET', '/aml/policies')).at('records')).toContainEqual(answer.body)
    expect(await inProject(aml.db, aml.projectId, listActiveScreeningPolicies)).toContainEqual({
      id: answer.text('id'),
      kinds: ['top_up', 'withdrawal'],
      fromAmount: 10_050n,
      issuerId: aml.issuerId,
      provider: 'rules',
      maxAgeMs: 86_400_000,
      patienceMs: 120_000,
    })
    expect(await aml.trailOf(answer.text('id'))).toEqual([['aml.policy.create', true]])
  })

  test('can be changed and switched off; what is not named stays', async () => {
    const id = await aml.created('/aml/policies', policy({ issuerId: aml.issuerId, fromAmount: '5' }))
    const changed = await aml.patch(`/aml/policies/${id}`, { provider: 'watchman', maxAgeSeconds: 600 })
    expect(changed.body).toMatchObject({ provider: 'watchman', maxAgeSeconds: 600, fromAmount: '5.00' })
    const freed = await aml.patch(`/aml/policies/${id}`, {
      issuerId: null,
      fromAmount: null,
      active: false,
    })
    expect(freed.body).toMatchObject({ issuerId: null, fromAmount: null, active: false, maxAgeSeconds: 600 })
    const active = await inProject(aml.db, aml.projectId, listActiveScreeningPolicies)
    expect(active.map((one) => one.id)).not.toContain(id)
    expect(await aml.trailOf(id)).toEqual([
      ['aml.policy.change', true],
      ['aml.policy.change', true],
      ['aml.policy.create', true],
    ])
  })

  test('a name is taken once, also by two calls at once', async () => {
    const body = policy()
    const answers = await Promise.all([1, 2].map(() => aml.post('/aml/policies', body)))
    expect(statusesOf(answers)).toEqual([201, 409])
    const again = await aml.post('/aml/policies', body)
    expect(refusalOf(again)).toEqual({ status: 409, code: 'aml_policy_exists', parameters: ['name'] })
  })

  test.each([
    ['no types', { types: [] }, 'types'],
    ['an unknown type', { types: ['gift'] }, 'types.0'],
    ['a type that is never checked', { types: ['bank_redeem_return'] }, 'types.0'],
    ['a type twice', { types: ['bank_redeem', 'bank_redeem'] }, 'types'],
    ['an unknown provider', { provider: 'oracle' }, 'provider'],
    ['an amount without an issuer', { fromAmount: '1' }, 'issuerId'],
    ['an issuer that does not exist', { issuerId: 'iss_nobody' }, 'issuerId'],
    ['an age of nothing', { maxAgeSeconds: 0 }, 'maxAgeSeconds'],
    ['no patience', { patienceSeconds: 0 }, 'patienceSeconds'],
    ['an unknown field', { kinds: ['top_up'] }, 'kinds'],
    ['a name of spaces', { name: ' ' }, 'name'],
  ])('%s is refused by name and changes nothing', async (_what, more, parameter) => {
    const before = await aml.rows()
    const answer = await aml.post('/aml/policies', policy(more))
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
    expect(await aml.rows()).toEqual(before)
  })

  test.each(['0', '-1', '1.001', 'x', '1e5'])('an amount of %s is refused by name', async (fromAmount) => {
    const answer = await aml.post('/aml/policies', policy({ issuerId: aml.issuerId, fromAmount }))
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['fromAmount'] })
  })

  test('a change to an amount without an issuer is refused, and the policy stays as it was', async () => {
    const id = await aml.created('/aml/policies', policy({ issuerId: aml.issuerId, fromAmount: '5' }))
    const before = await aml.rows()
    const answer = await aml.patch(`/aml/policies/${id}`, { issuerId: null })
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['issuerId'] })
    expect(refusalOf(await aml.patch(`/aml/policies/${id}`, {}))).toMatchObject({ status: 400 })
    expect(await aml.rows()).toEqual(before)
    const kept = (await aml.call('GET', '/aml/policies')).at('records') as {
      id: string
      fromAmount: string
    }[]
    expect(kept.find((one) => one.id === id)?.fromAmount).toBe('5.00')
  })
})

describe('checks', () => {
  test('are seen with their verdicts and reasons, narrowed by operation and by verdict', async () => {
    const client = await registerClient(aml.api.call)
    const coin = await aml.call('POST', '/coins', {
      token: client.token,
      body: { name: 'Main', issuerId: aml.issuerId },
    })
    const { id: coinId } = (await inProject(aml.db, aml.projectId, (trx) =>
      findCoin(trx, coin.text('serial')),
    )) ?? {
      id: '',
    }
    const operation = await intend(aml.db, aml.projectId, {
      kind: 'top_up',
      coinId,
      organizationId: client.organizationId,
      issuerId: aml.issuerId,
      amount: 100n,
      askedBy: client.id,
    })
    const check = (n: number) => ({ operation: operation.id, n })
    await inProject(aml.db, aml.projectId, async (trx) => {
      for (const n of [1, 2])
        await beginScreeningCheck(trx, { ...check(n), projectId: aml.projectId, provider: 'rules' })
      const answer = { check: `${operation.id}/1`, verdict: 'review', reasons: ['rule "Large"'] } as const
      await answerScreeningCheck(trx, { ...check(1), answer })
    })
    const view = async (filter: object) => {
      const answer = await aml.post('/aml/checks/view', { filter, sort: { startedAt: 'asc' } })
      return answer.at('records')
    }
    const operationIds = [operation.id]
    expect(await view({ operationIds })).toMatchObject([
      { operationId: operation.id, n: 1, provider: 'rules', verdict: 'review', reasons: ['rule "Large"'] },
      { operationId: operation.id, n: 2, verdict: null, reasons: [], answeredAt: null },
    ])
    expect(await view({ operationIds, verdicts: ['review'] })).toMatchObject([{ n: 1 }])
    expect(await view({ operationIds, verdicts: ['none'] })).toMatchObject([{ n: 2 }])
    expect(await view({ operationIds, verdicts: ['none', 'review'] })).toMatchObject([{ n: 1 }, { n: 2 }])
    expect(await view({ operationIds, verdicts: ['clear', 'hit'] })).toEqual([])
    expect(await view({ operationIds: ['op_nobody'] })).toEqual([])
    const stranger = await (
      await addProject(aml.db, `other-${freshCode().toLowerCase()}`)
    ).signIn(aml.api.call)
    expect((await aml.call('POST', '/aml/checks/view', { body: {}, token: stranger })).at('records')).toEqual(
      [],
    )
  })

  test.each([
    ['an unknown verdict', { verdicts: ['fine'] }, 'filter.verdicts.0'],
    ['an unknown filter', { names: [] }, 'filter.names'],
  ])('%s is refused by name', async (_what, filter, parameter) => {
    const answer = await aml.post('/aml/checks/view', { filter })
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: [parameter] })
  })
})

describe('who may', () => {
  test('compliance managers and administrators change, those who explain read, nobody else', async () => {
    expect(rolesWith('AML_MANAGER')).toEqual(['administrator', 'compliance_manager'])
    const to = await ours()
    const accountant = (await createStaff(aml.api.call, 'accountant')).token
    const client = (await registerClient(aml.api.call)).token
    const before = await aml.rows()
    for (const [method, path, body] of reads(to)) {
      expect((await aml.call(method, path, { body, token: accountant })).status).toBe(200)
      expect((await aml.call(method, path, { body, token: client })).status).toBe(403)
    }
    for (const [method, path, body] of changes(to))
      for (const token of [accountant, client])
        expect((await aml.call(method, path, { body, token })).status).toBe(403)
    expect(await aml.rows()).toEqual(before)
  })

  test('another project sees and changes nothing of ours, and its names and rules are its own', async () => {
    const to = await ours()
    const stranger = await (
      await addProject(aml.db, `other-${freshCode().toLowerCase()}`)
    ).signIn(aml.api.call)
    for (const path of ['/aml/policies', '/aml/lists', '/aml/rules'])
      expect((await aml.call('GET', path, { token: stranger })).at('records')).toEqual([])
    const before = await aml.rows()
    for (const [method, path, body] of changes(to).slice(3))
      expect(refusalOf(await aml.call(method, path, { body, token: stranger }))).toMatchObject({
        status: 404,
        parameters: ['id'],
      })
    const foreign = await aml.call('POST', '/aml/policies', {
      body: policy({ issuerId: aml.issuerId }),
      token: stranger,
    })
    expect(refusalOf(foreign)).toMatchObject({ status: 400, parameters: ['issuerId'] })
    const theirs = (await aml.call('POST', '/aml/lists', { body: list(), token: stranger })).text('id')
    await aml.call('POST', `/aml/lists/${theirs}/entries`, {
      body: { entries: [{ name: 'Peregrine Oddfellow' }] },
      token: stranger,
    })
    expect(await aml.verdictOn('Peregrine Oddfellow')).toBe('clear')
    expect(await aml.rows()).toEqual(before)
  })
})

async function ours() {
  return {
    policy: await aml.created('/aml/policies', policy()),
    list: await aml.created('/aml/lists', list({ active: false })),
    rule: await aml.created('/aml/rules', rule({ active: false })),
  }
}

function changes(to: { policy: string; list: string; rule: string }): [string, string, object?][] {
  return [
    ['POST', '/aml/policies', policy()],
    ['POST', '/aml/lists', list()],
    ['POST', '/aml/rules', rule()],
    ['PATCH', `/aml/policies/${to.policy}`, { active: false }],
    ['PATCH', `/aml/lists/${to.list}`, { active: false }],
    ['PATCH', `/aml/rules/${to.rule}`, { active: false }],
    ['POST', `/aml/lists/${to.list}/entries`, { entries: [{ name: 'A B' }] }],
    ['DELETE', `/aml/lists/${to.list}/entries/sce_x`],
    ['DELETE', `/aml/rules/${to.rule}`],
  ]
}

function reads(to: { list: string }): [string, string, object?][] {
  return [
    ['GET', '/aml/policies'],
    ['GET', '/aml/lists'],
    ['GET', '/aml/rules'],
    ['POST', `/aml/lists/${to.list}/entries/view`, {}],
    ['POST', '/aml/checks/view', {}],
  ]
}
