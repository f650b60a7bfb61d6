import { listActiveApprovalRules } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { connect } from './connect.ts'
import { startTestApi, type Answer } from './api.ts'
import { addIssuer, projectOf } from './catalogue.ts'
import { createDatabase } from './database.ts'
import { asAdministrator, createStaff } from './people.ts'

export const STAGES = [{ roles: ['accountant', 'cfo'], approvers: 2 }]

/** Those who propose, approve and look at approval rules, over the API on a database of their own. */
export async function openRulesDesk() {
  const database = await createDatabase()
  const db = connect(database.url, 4)
  const api = await startTestApi({ databaseUrl: database.url })
  const admin = await asAdministrator(api.call)
  const projectId = await projectOf(db, admin.id)
  const cfo = await createStaff(api.call, 'cfo')
  const accountant = await createStaff(api.call, 'accountant')
  let issuerId = ''

  function as({ token }: { token: string }) {
    return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
  }

  function propose(more: object = {}, by: { token: string } = admin): Promise<Answer> {
    const body = { businessProcessType: 'bank_redeem', issuerId, fromAmount: '100', stages: STAGES, ...more }
    return as(by)('POST', '/approval-rules', body)
  }

  function decide(verb: 'approve' | 'reject', change: Answer, by: { token: string } = cfo): Promise<Answer> {
    return as(by)('POST', `/approval-rule-changes/${change.text('id')}/${verb}`, {})
  }

  return {
    api,
    db,
    projectId,
    admin,
    cfo,
    accountant,
    as,
    propose,
    decide,
    /** Bands of one test are none of another's. */
    useFreshIssuer: async () => {
      issuerId = (await addIssuer(api.call, admin.token)).issuerId
      return issuerId
    },
    patch: (id: string, body: object) => as(admin)('PATCH', `/approval-rules/${id}`, body),
    remove: (id: string) => as(admin)('DELETE', `/approval-rules/${id}`),
    get: (id: string) => as(accountant)('GET', `/approval-rules/${id}`),
    /** Proposed by the administrator, approved by the CFO. @returns the id of the rule */
    makeRule: async (more: object = {}) => {
      const change = await propose(more)
      expect((await decide('approve', change)).status).toBe(200)
      return change.text('ruleId')
    },
    /** What new operations in the issuer of this test would meet. */
    inForce: async () => {
      const rules = await inProject(db, projectId, listActiveApprovalRules)
      return rules.filter((rule) => rule.issuerId === issuerId)
    },
    changesOf: async (ruleId: string) => {
      const found = await as(accountant)('GET', `/approval-rule-changes?ruleId=${ruleId}`)
      return found.at('records') as { id: string; status: string }[]
    },
    audit: async (subjectId: string) => {
      const body = { filter: { subjectIds: [subjectId] }, sort: { at: 'asc' } }
      return (await as(admin)('POST', '/audit-trails/view', body)).at('records')
    },
    close: async () => {
      await api.stop()
      await db.destroy()
      await database.drop()
    },
  }
}
