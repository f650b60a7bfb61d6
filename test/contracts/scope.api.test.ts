import { rolesWith } from '#domain/identity/role.ts'
import { refusalOf } from '#test/support/catalogue.ts'
import { contractsAs } from '#test/support/contracts.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, registerClient } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const manager = opened(async () => contractsAs(api.call, api.admin.token))
const stranger = opened(async () => contractsAs(api.call, (await api.addStranger()).token))

describe('contracts are kept', () => {
  test('from other projects', async () => {
    const ours = (await manager.create()).text('id')
    const theirs = await stranger.ask('POST', '/contracts/view', { filter: { id: ours } })
    expect(theirs.at('records')).toEqual([])
    const answers = [
      await stranger.ask('PATCH', `/contracts/${ours}`, { active: false }),
      await stranger.ask('POST', `/contracts/${ours}/copy`, { name: 'Mine', copyLimits: true }),
      await stranger.addProfile(ours),
      await stranger.ask('POST', `/contracts/${ours}/commission-profiles/view`, {}),
      await stranger.addLimit(ours),
      await stranger.ask('GET', `/contracts/${ours}/limit-profiles`),
    ]
    for (const answer of answers)
      expect(refusalOf(answer)).toEqual({ status: 404, code: 'not_found', parameters: ['id'] })
  })

  test('from everybody whose role may not see or change them', async () => {
    expect(rolesWith('CONTRACT_MANAGER')).toEqual(['administrator', 'cfo'])
    const contract = await manager.bornWith()
    const priced = (await manager.create()).text('id')
    const [client, support, accountant] = [
      await registerClient(api.call),
      await createStaff(api.call, 'customer_support'),
      await createStaff(api.call, 'accountant'),
    ]
    const reads = [
      ['POST', '/contracts/view', {}],
      ['POST', `/contracts/${contract}/commission-profiles/view`, {}],
      ['POST', `${(await manager.price(priced)).profile}/commission-rule/view`, {}],
      ['GET', `/contracts/${contract}/limit-profiles`, undefined],
      ['GET', '/operation-flows', undefined],
    ] as const
    for (const [method, path, body] of reads) {
      expect((await api.call(method, path, { token: client.token, body })).status).toBe(403)
      expect((await api.call(method, path, { token: support.token, body })).status).toBe(403)
      expect((await api.call(method, path, { token: accountant.token, body })).status).toBe(200)
      expect((await api.call(method, path, { body })).status).toBe(401)
    }
    const changes = contractsAs(api.call, accountant.token)
    const rule = `/contracts/${contract}/commission-profiles/cpr_1/commission-rule/cru_1`
    const answers = [
      await changes.create(),
      await changes.ask('PATCH', `/contracts/${contract}`, { active: false }),
      await changes.ask('POST', `/contracts/${contract}/copy`, { name: 'Mine', copyLimits: true }),
      await changes.ask('PATCH', '/contracts', { organizationId: 'org_1', contractId: contract }),
      await changes.addProfile(contract),
      await changes.ask('DELETE', `/contracts/${contract}/commission-profiles/cpr_1`),
      await changes.addRule(`/contracts/${contract}/commission-profiles/cpr_1`),
      await changes.ask('PATCH', rule, { active: false }),
      await changes.ask('DELETE', rule),
      await changes.addCondition(rule),
      await changes.ask('PUT', `${rule}/condition/cnd_1`, {
        beginAmount: '0',
        commission: { type: 'zero' },
      }),
      await changes.ask('DELETE', `${rule}/condition/cnd_1`),
      await changes.addLimit(contract),
      await changes.ask('PATCH', `/contracts/${contract}/limit-profiles/lim_1`, { active: false }),
      await changes.ask('DELETE', `/contracts/${contract}/limit-profiles/lim_1`),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
  })
})

test('the operations with a price are listed', async () => {
  const flows = await manager.ask('GET', '/operation-flows')
  expect(flows.at('records')).toMatchObject([
    { id: 'bank_top_up', code: 'bank_top_up', transactionType: 'issue', processType: 'bank_topup' },
    { id: 'bank_withdrawal', transactionType: 'redeem', processType: 'bank_redeem', srcCoinType: 'client' },
    { id: 'transfer', transactionType: 'transfer', srcCoinType: 'client', destCoinType: 'client' },
    { id: 'platform_deposit', transactionType: 'issue', destCoinType: 'client' },
    { id: 'platform_withdrawal', transactionType: 'redeem', srcCoinType: 'client' },
    { id: 'platform_trade', transactionType: 'transfer', isMultiCurrency: true },
  ])
})
