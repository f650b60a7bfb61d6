import type { Answer, Call } from './api.ts'

/** What a contract manager does over the API, as one token. */
export function contractsAs(call: Call, token: string) {
  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(method, path, { token, body })
  return {
    ask,
    create: (more: object = {}) =>
      ask('POST', '/contracts', {
        name: 'A contract',
        organizationType: 'individual',
        personType: 'gold',
        ...more,
      }),
    /** Ids of the global base contracts that the project was born with. */
    async bornWith(organizationType: 'individual' | 'merchant' = 'individual'): Promise<string> {
      const filter = { types: [organizationType], personTypes: ['base'], global: true }
      return (await ask('POST', '/contracts/view', { filter })).text('records.0.id')
    },
    addProfile: (contract: string, more: object = {}) =>
      ask('POST', `/contracts/${contract}/commission-profiles`, { operationFlowId: 'transfer', ...more }),
    addRule: (profilePath: string, more: object = {}) =>
      ask('POST', `${profilePath}/commission-rule`, {
        beginDate: '2020-01-01T00:00:00Z',
        direction: 'OUT',
        ...more,
      }),
    addCondition: (rulePath: string, more: object = {}) =>
      ask('POST', `${rulePath}/condition`, { beginAmount: '0', commission: { type: 'zero' }, ...more }),
    addLimit: (contract: string, more: object = {}) =>
      ask('POST', `/contracts/${contract}/limit-profiles`, {
        operationFlowId: 'transfer',
        qualifier: 'quantity',
        timeUnit: 'per_day',
        value: '10',
        ...more,
      }),
    /** A profile with one active rule of one condition. @returns their paths */
    async price(
      contract: string,
      asked: { readonly profile?: object; readonly rule?: object; readonly condition?: object } = {},
    ): Promise<{ profile: string; rule: string; ruleId: string }> {
      const added = await this.addProfile(contract, asked.profile)
      const profile = `/contracts/${contract}/commission-profiles/${added.text('id')}`
      const ruled = await this.addRule(profile, { active: true, ...asked.rule })
      const rule = `${profile}/commission-rule/${ruled.text('id')}`
      const conditioned = await this.addCondition(rule, asked.condition)
      conditioned.text('id')
      return { profile, rule, ruleId: ruled.text('id') }
    },
    /** What the audit trail says of one thing, the newest first. */
    async trailOf(subjectId: string): Promise<{ action: string; before: unknown; after: unknown }[]> {
      const trail = await ask('POST', '/audit-trails/view', { filter: { subjectIds: [subjectId] } })
      return trail.at('records') as { action: string; before: unknown; after: unknown }[]
    },
  }
}
