import { freshBic, freshCode } from '#test/support/catalogue.ts'
import { about, nothing, view, type Section } from './rows.ts'
import type { Things } from './things.ts'
import { CATALOGUE, EVERYBODY, MONEY_STAFF, SUPPORT } from './who.ts'

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const zero = { beginAmount: '10', endAmount: '20', commission: { type: 'zero' } }

/** Ids of a contract and its parts, under the names that the paths have. */
function part(body: object | undefined, ...names: readonly ('id' | 'pid' | 'ruleId' | 'cid' | 'lid')[]) {
  return async (things: Things) => {
    const { contract: id, profile: pid, rule: ruleId, condition: cid, limit: lid } = await things.priced()
    const all = { id, pid, ruleId, cid, lid }
    return { params: Object.fromEntries(names.map((name) => [name, all[name]])), ...(body && { body }) }
  }
}

const staffUser = async (things: Things) => (await things.client()).id

/** Nobody gives, takes or switches a role with permissions that they do not hold. */
const ROLES_ONLY = { role_administrator: 403 } as const

/** People, catalogue, contracts, rules, reports. */
export const RULES: readonly Section[] = [
  {
    who: EVERYBODY,
    routes: {
      'delete /authorization': { ask: nothing, own: 204, spendsToken: true },
      // Those who call have no password: nothing they say is right.
      'patch /profiles/my/password': {
        ask: () => ({ body: { oldPassword: 'Wrong-1!', newPassword: 'Quiet-River6!stone' } }),
        own: 400,
      },
      'get /profiles/my/security-settings': { ask: nothing, own: 200 },
      'patch /profiles/my/security-settings': { ask: () => ({ body: { twoStep: 'none' } }), own: 200 },
      'post /profiles/my/totp': { ask: () => ({ body: { password: 'Wrong-1!' } }), own: 400 },
      'post /profiles/my/totp/confirm': { ask: () => ({ body: { otp: '123456' } }), own: 409 },
      'post /profiles/my/totp/remove': { ask: () => ({ body: { otp: '123456' } }), own: 409 },
      'get /users/me': { ask: nothing, own: 200 },
      'get /role-groups/permissions': { ask: nothing, own: 200 },
      'post /iban/validate': { ask: () => ({ body: { iban: 'DE89370400440532013000' } }), own: 200 },
    },
  },
  {
    who: 'administrator role_administrator',
    routes: {
      'get /sign-in-policy': { ask: nothing, own: 200 },
      'patch /sign-in-policy': { ask: () => ({ body: { staffNeedOtp: false } }), own: 200 },
      'post /organizations': {
        ask: async (things) => ({ body: { filter: { ids: [(await things.client()).organization] } } }),
        own: 200,
        elsewhere: 200,
      },
      'post /users': {
        ask: async (things) => ({
          body: {
            login: `${freshCode()}@example.com`,
            role: 'cashier',
            organizationId: (await things.home()).id,
          },
        }),
        own: 201,
        but: ROLES_ONLY,
      },
      'delete /users/:id': { ask: about(staffUser), own: 200, but: ROLES_ONLY },
      'post /users/:id/unban': { ask: about(staffUser), own: 200, but: ROLES_ONLY },
    },
  },
  {
    who: 'administrator role_administrator compliance_manager compliance_specialist antifraud_specialist',
    routes: {
      'post /users/view': view,
      'get /users/:id': { ask: about(staffUser), own: 200 },
      'patch /users/:id': {
        ask: about(staffUser, { body: { paramType: 'FROZEN', paramValue: true } }),
        own: 200,
        but: ROLES_ONLY,
      },
    },
  },
  {
    who: 'administrator',
    routes: { 'get /sandbox/outbox': { ask: () => ({ query: 'to=nobody@example.org' }), own: 200 } },
  },
  {
    who: CATALOGUE,
    routes: {
      'get /currencies': { ask: nothing, own: 200 },
      'post /currencies/view': view,
      'get /issuers': { ask: nothing, own: 200 },
      'get /bank-catalog': { ask: nothing, own: 200 },
      'post /coins/validate': {
        ask: async (things) => ({ body: { serial: (await things.payee()).serial } }),
        own: 200,
        elsewhere: 422,
      },
      'post /contacts/validate': {
        ask: async (things) => ({ body: { value: (await things.payee()).login } }),
        own: 200,
      },
      'post /coins/serial': {
        ask: async (things) => ({ body: { login: (await things.payee()).login, currencyCode: 'EUR' } }),
        own: 200,
      },
    },
  },
  {
    who: 'administrator',
    routes: {
      'post /currencies': {
        ask: () => ({ body: { code: freshCode(), digitalCode: '999', symbol: '¤', name: 'One' } }),
        own: 201,
      },
      'patch /currencies/:id': {
        ask: about(async (things) => (await things.currency()).id, { body: { name: 'New' } }),
        own: 200,
      },
      'patch /currencies/:id/set-main': {
        ask: about(async (things) => (await things.currency()).id),
        own: 200,
      },
      'post /issuers': {
        ask: async (things) => ({
          body: { snPrefix: freshCode(), currencyCode: (await things.currency()).code, name: 'One' },
        }),
        own: 201,
      },
      'patch /issuers/:id': {
        ask: about(async (things) => (await things.issuer()).id, { body: { name: 'New' } }),
        own: 200,
      },
      'post /bank-catalog': {
        ask: () => ({ body: { name: 'Bank', bic: freshBic(), swift: freshBic() } }),
        own: 201,
      },
    },
  },
  {
    who: MONEY_STAFF,
    routes: {
      'post /contracts/view': {
        ask: async (things) => ({ body: { filter: { id: (await things.priced()).contract } } }),
        own: 200,
        elsewhere: 200,
      },
      'post /contracts/:id/commission-profiles/view': { ask: part({}, 'id'), own: 200 },
      'post /contracts/:id/commission-profiles/:pid/commission-rule/view': {
        ask: part({}, 'id', 'pid'),
        own: 200,
      },
      'get /contracts/:id/limit-profiles': { ask: part(undefined, 'id'), own: 200 },
      'get /operation-flows': { ask: nothing, own: 200 },
      'post /approval-rules/view': view,
      'get /approval-rules/:id': { ask: about(async (things) => (await things.approvalRule()).id), own: 200 },
      'get /approval-rule-changes': {
        ask: async (things) => ({ query: `ruleId=${(await things.approvalRule()).id}` }),
        own: 200,
        elsewhere: 200,
      },
      'get /aml/policies': { ask: nothing, own: 200 },
      'get /aml/lists': { ask: nothing, own: 200 },
      'post /aml/lists/:id/entries/view': {
        ask: about(async (things) => (await things.list()).list, { body: {} }),
        own: 200,
      },
      'get /aml/rules': { ask: nothing, own: 200 },
      'post /aml/checks/view': {
        ask: async (things) => ({ body: { filter: { operationIds: [(await things.processed()).id] } } }),
        own: 200,
        elsewhere: 200,
      },
    },
  },
  {
    who: 'administrator cfo',
    routes: {
      'post /contracts': {
        ask: () => ({ body: { name: freshCode(), organizationType: 'individual', personType: 'gold' } }),
        own: 201,
      },
      'post /contracts/:id/copy': { ask: part({ name: 'Copy', copyLimits: true }, 'id'), own: 201 },
      'patch /contracts/:id': { ask: part({ name: 'New' }, 'id'), own: 200 },
      'patch /contracts': {
        ask: async (things) => ({
          body: {
            organizationId: (await things.client()).organization,
            contractId: (await things.priced()).contract,
          },
        }),
        own: 200,
      },
      'post /contracts/:id/commission-profiles': {
        ask: part({ operationFlowId: 'transfer' }, 'id'),
        own: 201,
      },
      'delete /contracts/:id/commission-profiles/:pid': { ask: part(undefined, 'id', 'pid'), own: 204 },
      'post /contracts/:id/commission-profiles/:pid/commission-rule': {
        ask: part({ beginDate: '2030-01-01T00:00:00Z', direction: 'OUT' }, 'id', 'pid'),
        own: 201,
      },
      'patch /contracts/:id/commission-profiles/:pid/commission-rule/:ruleId': {
        ask: part({ direction: 'IN' }, 'id', 'pid', 'ruleId'),
        own: 200,
      },
      'delete /contracts/:id/commission-profiles/:pid/commission-rule/:ruleId': {
        ask: part(undefined, 'id', 'pid', 'ruleId'),
        own: 204,
      },
      'post /contracts/:id/commission-profiles/:pid/commission-rule/:ruleId/condition': {
        ask: part(zero, 'id', 'pid', 'ruleId'),
        own: 201,
      },
      'put /contracts/:id/commission-profiles/:pid/commission-rule/:ruleId/condition/:cid': {
        ask: part(zero, 'id', 'pid', 'ruleId', 'cid'),
        own: 200,
      },
      'delete /contracts/:id/commission-profiles/:pid/commission-rule/:ruleId/condition/:cid': {
        ask: part(undefined, 'id', 'pid', 'ruleId', 'cid'),
        own: 204,
      },
      'post /contracts/:id/limit-profiles': {
        ask: part(
          { operationFlowId: 'bank_top_up', qualifier: 'quantity', timeUnit: 'per_day', value: '5' },
          'id',
        ),
        own: 201,
      },
      'patch /contracts/:id/limit-profiles/:lid': { ask: part({ value: '5' }, 'id', 'lid'), own: 200 },
      'delete /contracts/:id/limit-profiles/:lid': { ask: part(undefined, 'id', 'lid'), own: 204 },
    },
  },
  {
    who: 'administrator ceo cfo',
    routes: {
      'post /approval-rules': {
        ask: async (things) => ({
          body: {
            businessProcessType: 'bank_topup',
            issuerId: (await things.issuer()).id,
            stages: [{ roles: ['accountant'], approvers: 1 }],
          },
        }),
        own: 202,
      },
      'patch /approval-rules/:id': {
        ask: about(async (things) => (await things.approvalRule()).id, { body: { toAmount: '900' } }),
        own: 202,
      },
      'delete /approval-rules/:id': {
        ask: about(async (things) => (await things.approvalRule()).id),
        own: 202,
      },
      'post /approval-rule-changes/:id/approve': {
        ask: about(async (things) => (await things.ruleChange()).id, { body: {} }),
        own: 200,
      },
      'post /approval-rule-changes/:id/reject': {
        ask: about(async (things) => (await things.ruleChange()).id, { body: {} }),
        own: 200,
      },
    },
  },
  {
    who: `role_administrator ${MONEY_STAFF}`,
    routes: {
      'post /delegations': {
        ask: async (things) => ({ body: { toUserId: (await things.colleague()).id, until: inAnHour() } }),
        own: 201,
      },
      'get /delegations': { ask: nothing, own: 200 },
      'delete /delegations/:id': { ask: about(async (things) => (await things.delegation()).id), own: 204 },
    },
  },
  {
    who: 'administrator role_administrator ceo cfo compliance_manager',
    routes: {
      'post /audit-trails/view': {
        ask: async (things) => ({ body: { filter: { subjectIds: [(await things.processed()).id] } } }),
        own: 200,
        elsewhere: 200,
      },
    },
  },
  {
    who: `administrator compliance_manager compliance_specialist antifraud_specialist ${SUPPORT}`,
    routes: {
      'post /users/note': {
        ask: async (things) => ({ body: { userId: (await things.client()).id, note: 'polite' } }),
        own: 201,
      },
      'get /users/note/:userId': { ask: about(staffUser, { name: 'userId' }), own: 200 },
      'post /transactions/:id/notes': {
        ask: about(async (things) => (await things.processed()).id, { body: { note: 'odd' } }),
        own: 201,
      },
      'get /transactions/:id/notes': {
        ask: about(async (things) => (await things.processed()).id),
        own: 200,
      },
    },
  },
  {
    who: 'administrator ceo cfo financial_specialist accountant',
    routes: {
      'get /reporting/trial-balance': {
        ask: async (things) => ({ query: `issuerId=${(await things.issuer()).id}` }),
        own: 200,
      },
      'get /reporting/coins': {
        ask: async (things) => ({ query: `currency=${(await things.currency()).code}` }),
        own: 200,
        elsewhere: 200,
      },
    },
  },
  {
    who: 'administrator ceo cfo accountant',
    routes: {
      'post /reconciliation/run': { ask: nothing, own: 202 },
      'post /reconciliation/runs/view': view,
      'post /reconciliation/breaks/view': view,
      'post /reconciliation/breaks/:id/resolve': {
        ask: about(async (things) => (await things.difference()).id, { body: { reason: 'known' } }),
        own: 200,
      },
      'post /reconciliation/breaks/:id/approve': {
        ask: about(async (things) => (await things.explainedDifference()).id),
        own: 200,
      },
    },
  },
  {
    who: 'administrator compliance_manager',
    routes: {
      'post /aml/policies': {
        ask: async (things) => ({
          body: {
            name: freshCode(),
            types: ['bank_topup'],
            provider: 'rules',
            issuerId: (await things.issuer()).id,
            fromAmount: '1',
          },
        }),
        own: 201,
      },
      'patch /aml/policies/:id': {
        ask: about(async (things) => (await things.policy()).id, { body: { active: false } }),
        own: 200,
      },
      'post /aml/lists': { ask: () => ({ body: { name: freshCode(), onMatch: 'review' } }), own: 201 },
      'patch /aml/lists/:id': {
        ask: about(async (things) => (await things.list()).list, { body: { active: false } }),
        own: 200,
      },
      'post /aml/lists/:id/entries': {
        ask: about(async (things) => (await things.list()).list, {
          body: { entries: [{ name: 'Somebody Else', kind: 'person' }] },
        }),
        own: 201,
      },
      'delete /aml/lists/:id/entries/:entryId': {
        ask: async (things) => {
          const { list, entry } = await things.list()
          return { params: { id: list, entryId: entry } }
        },
        own: 204,
      },
      'post /aml/rules': {
        ask: async (things) => ({
          body: {
            name: freshCode(),
            type: 'amount',
            types: ['bank_topup'],
            verdict: 'review',
            issuerId: (await things.issuer()).id,
            fromAmount: '5',
          },
        }),
        own: 201,
      },
      'patch /aml/rules/:id': {
        ask: about(async (things) => (await things.amlRule()).id, { body: { active: false } }),
        own: 200,
      },
      'delete /aml/rules/:id': { ask: about(async (things) => (await things.amlRule()).id), own: 204 },
    },
  },
]
