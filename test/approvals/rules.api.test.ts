import { listActiveApprovalRules } from '#db/approvals/approval-rules.ts'
import { inProject } from '#db/connection.ts'
import { freshCode, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { asAdministrator, createStaff, registerClient } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { openRulesDesk, STAGES } from '#test/support/rules-desk.ts'

const desk = opened(openRulesDesk, ({ close }) => close())
let issuerId: string
beforeEach(async () => {
  issuerId = await desk.useFreshIssuer()
})

describe('a proposed rule', () => {
  test('does nothing until another person approves it', async () => {
    const change = await desk.propose({ toAmount: '250.5', expiresAfterSeconds: 3600, reason: 'Large ones' })
    expect(change.status).toBe(202)
    expect(change.body).toMatchObject({
      action: 'create',
      baseVersion: 0,
      status: 'pending',
      reason: 'Large ones',
      proposedBy: desk.admin.id,
      decidedBy: null,
      proposed: {
        businessProcessType: 'bank_redeem',
        issuerId,
        fromAmount: '100.00',
        toAmount: '250.50',
        order: 'sequence',
        stages: STAGES,
        expiresAfterSeconds: 3600,
        escalation: null,
      },
    })
    const ruleId = change.text('ruleId')
    expect(await desk.inForce()).toEqual([])
    expect((await desk.get(ruleId)).status).toBe(404)

    const approved = await desk.decide('approve', change)
    expect(approved.body).toMatchObject({ status: 'approved', decidedBy: desk.cfo.id })
    expect(await desk.changesOf(ruleId)).toEqual([approved.body])
    expect(await desk.inForce()).toEqual([
      {
        id: ruleId,
        version: 1,
        kind: 'withdrawal',
        issuerId,
        fromAmount: 10_000n,
        toAmount: 25_050n,
        order: 'sequence',
        stages: STAGES,
        expiresAfterMs: 3_600_000,
        escalation: null,
      },
    ])
    const terms = change.at('proposed')
    expect((await desk.get(ruleId)).body).toMatchObject({
      ...(terms as object),
      version: 1,
      active: true,
      versions: [
        {
          version: 1,
          terms,
          changeId: change.text('id'),
          proposedBy: desk.admin.id,
          approvedBy: desk.cfo.id,
        },
      ],
    })
  })

  test('leaves in the audit trail who wanted it and who approved it', async () => {
    const change = await desk.propose()
    const approved = await desk.decide('approve', change)
    expect(await desk.audit(change.text('id'))).toMatchObject([
      { action: 'approval_rule_change.propose', actor: { id: desk.admin.id }, after: change.body },
      {
        action: 'approval_rule_change.approve',
        actor: { id: desk.cfo.id },
        before: change.body,
        after: approved.body,
      },
    ])
    expect(await desk.audit(change.text('ruleId'))).toMatchObject([
      {
        action: 'approval_rule.create',
        actor: { id: desk.cfo.id },
        before: null,
        after: { version: 1, issuerId },
      },
    ])
  })

  test('can be rejected, with a reason, and then is nothing', async () => {
    const change = await desk.propose()
    const path = `/approval-rule-changes/${change.text('id')}/reject`
    const rejected = await desk.as(desk.cfo)('POST', path, { reason: 'Too few' })
    expect(rejected.body).toMatchObject({
      status: 'rejected',
      decidedBy: desk.cfo.id,
      decisionReason: 'Too few',
    })
    expect(refusalOf(await desk.decide('approve', change))).toEqual({
      status: 409,
      code: 'already_decided',
      parameters: ['id'],
    })
    expect(await desk.inForce()).toEqual([])
    expect(await desk.audit(change.text('id'))).toMatchObject([
      { action: 'approval_rule_change.propose' },
      { action: 'approval_rule_change.reject', actor: { id: desk.cfo.id } },
    ])
  })

  test('is never decided on by the person who proposed it, and the database says so too', async () => {
    const change = await desk.propose()
    expect((await desk.decide('approve', change, desk.admin)).status).toBe(403)
    expect((await desk.decide('reject', change, desk.admin)).status).toBe(403)
    // Another session is the same person.
    expect((await desk.decide('approve', change, await asAdministrator(desk.api.call))).status).toBe(403)
    await expect(
      inProject(desk.db, desk.projectId, (trx) =>
        trx('approval_rule_changes')
          .where({ id: change.text('id') })
          .update({ state: 'approved', decided_by: desk.admin.id, decided_at: new Date() }),
      ),
    ).rejects.toThrow('four_eyes')
    expect(await desk.changesOf(change.text('ruleId'))).toMatchObject([{ status: 'pending' }])
  })

  test('is decided on once, also by two at the same moment', async () => {
    const ceo = await createStaff(desk.api.call, 'ceo')
    const change = await desk.propose()
    const answers = await Promise.all([desk.decide('approve', change), desk.decide('approve', change, ceo)])
    expect(statusesOf(answers)).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.at('code')).toBe('already_decided')
    expect(await desk.inForce()).toHaveLength(1)
  })

  test('without an issuer is for all of them and for any amount', async () => {
    const more = { businessProcessType: 'bank_topup', issuerId: undefined, fromAmount: undefined }
    const id = await desk.makeRule(more)
    const rule = (await inProject(desk.db, desk.projectId, listActiveApprovalRules)).find(
      (one) => one.id === id,
    )
    expect(rule).toMatchObject({ kind: 'top_up', issuerId: null, fromAmount: 0n, toAmount: null })
    expect((await desk.get(id)).body).toMatchObject({ issuerId: null, fromAmount: null, toAmount: null })
    expect(refusalOf(await desk.propose(more))).toEqual({
      status: 409,
      code: 'approval_rules_overlap',
      parameters: ['businessProcessType'],
    })
  })

  test('keeps amounts to the minor unit, however large', async () => {
    const fromAmount = '9007199254740993.01'
    const id = await desk.makeRule({ fromAmount, toAmount: '9007199254740993.02' })
    expect((await desk.get(id)).body).toMatchObject({ fromAmount, toAmount: '9007199254740993.02' })
    expect(await desk.inForce()).toMatchObject([
      { fromAmount: 900_719_925_474_099_301n, toAmount: 900_719_925_474_099_302n },
    ])
  })

  test.each([
    ['an operation that nobody knows', { businessProcessType: 'lottery' }, 'businessProcessType'],
    ['money that has arrived already', { businessProcessType: 'bank_redeem_return' }, 'businessProcessType'],
    ['no stage', { stages: [] }, 'stages'],
    ['too many stages', { stages: Array.from({ length: 6 }, () => STAGES[0]) }, 'stages'],
    ['a client as an approver', stages({ roles: ['merchant'] }), 'stages.0.roles.0'],
    ['a role that there is not', stages({ roles: ['king'] }), 'stages.0.roles.0'],
    ['a role twice', stages({ roles: ['cfo', 'cfo'] }), 'stages.0.roles'],
    ['no role', stages({ roles: [] }), 'stages.0.roles'],
    ['nobody to approve', stages({ approvers: 0 }), 'stages.0.approvers'],
    ['half a person', stages({ approvers: 1.5 }), 'stages.0.approvers'],
    ['a person by name', stages({ people: ['ann'] }), 'stages.0.people'],
    ['another order', { order: 'random' }, 'order'],
    ['no time at all', { expiresAfterSeconds: 0 }, 'expiresAfterSeconds'],
    ['an escalation to clients', escalation({ roles: ['individual'] }), 'escalation.roles.0'],
    ['an escalation to nobody', escalation({ roles: [] }), 'escalation.roles'],
    [
      'an escalation after the end',
      { ...escalation({}), expiresAfterSeconds: 60 },
      'escalation.afterSeconds',
    ],
    ['an issuer that there is not', { issuerId: 'iss_nothing' }, 'issuerId'],
    ['an amount of no issuer', { issuerId: null }, 'fromAmount'],
    ['an end of no issuer', { issuerId: null, fromAmount: null, toAmount: '1' }, 'toAmount'],
    ['a negative amount', { fromAmount: '-1' }, 'fromAmount'],
    ['an amount between two minor units', { fromAmount: '0.001' }, 'fromAmount'],
    ['an end before its beginning', { toAmount: '99.99' }, 'toAmount'],
    ['an end at its beginning', { toAmount: '100' }, 'toAmount'],
    ['a version of its own', { version: 7 }, 'version'],
  ])('is refused with %s, by name, and changes nothing', async (_what, more, parameter) => {
    const before = await countChanges()
    expect(refusalOf(await desk.propose(more))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: [parameter],
    })
    expect(await countChanges()).toBe(before)
  })
})

describe('the lists', () => {
  test('find rules by operation, issuer and whether they are in force', async () => {
    const [kept, gone] = [await desk.makeRule(), await desk.makeRule({ businessProcessType: 'bank_topup' })]
    await desk.decide('approve', await desk.remove(gone))
    const find = async (filter: object) => {
      const found = await desk.as(desk.accountant)('POST', '/approval-rules/view', { filter })
      return (found.at('records') as { id: string }[]).map(({ id }) => id)
    }
    const issuerIds = [issuerId]
    expect(await find({ issuerIds })).toEqual([gone, kept])
    expect(await find({ issuerIds, active: true })).toEqual([kept])
    expect(await find({ issuerIds, businessProcessTypes: ['bank_topup'] })).toEqual([gone])
    expect(await find({ ids: [kept] })).toEqual([kept])
    const bad = await desk.as(desk.accountant)('POST', '/approval-rules/view', {
      filter: { kinds: ['withdrawal'] },
    })
    expect(refusalOf(bad).parameters).toEqual(['filter.kinds'])
  })

  test('show what is pending before what is decided', async () => {
    const id = await desk.makeRule()
    const pending = await desk.patch(id, { toAmount: '500' })
    const rejected = await desk.patch(id, { toAmount: '900' })
    await desk.decide('reject', rejected)
    const found = await desk.changesOf(id)
    expect(found.map(({ status }) => status)).toEqual(['pending', 'rejected', 'approved'])
    const path = `/approval-rule-changes?ruleId=${id}`
    const first = await desk.as(desk.accountant)('GET', `${path}&status=pending`)
    expect(first.body).toMatchObject({ totalRecords: 1, records: [{ id: pending.text('id') }] })
    const second = await desk.as(desk.accountant)('GET', `${path}&pageSize=1&pageNumber=1`)
    expect(second.body).toMatchObject({ totalRecords: 3, records: [{ id: rejected.text('id') }] })
    for (const [query, parameter] of [
      ['pageSize=0', 'pageSize'],
      ['pageNumber=-1', 'pageNumber'],
      ['status=open', 'status'],
      ['page=1', 'page'],
    ] as const)
      expect(
        refusalOf(await desk.as(desk.accountant)('GET', `/approval-rule-changes?${query}`)).parameters,
      ).toEqual([parameter])
  })
})

describe('who may', () => {
  test('propose and decide are managers of rules; see, those who hold the permission', async () => {
    const change = await desk.propose()
    const client = await registerClient(desk.api.call)
    for (const by of [desk.accountant, client]) {
      expect((await desk.propose({}, by)).status).toBe(403)
      expect((await desk.decide('approve', change, by)).status).toBe(403)
      expect((await desk.decide('reject', change, by)).status).toBe(403)
    }
    const id = await desk.makeRule({ businessProcessType: 'bank_topup' })
    expect(
      (await desk.as(desk.accountant)('PATCH', `/approval-rules/${id}`, { toAmount: '500' })).status,
    ).toBe(403)
    expect((await desk.as(desk.accountant)('DELETE', `/approval-rules/${id}`)).status).toBe(403)
    expect((await desk.as(client)('GET', `/approval-rules/${id}`)).status).toBe(403)
    expect((await desk.as(client)('GET', '/approval-rule-changes')).status).toBe(403)
    expect((await desk.as(client)('POST', '/approval-rules/view', {})).status).toBe(403)
    expect(await desk.changesOf(change.text('ruleId'))).toMatchObject([{ status: 'pending' }])
  })

  test('reach a rule are those of its project only', async () => {
    const change = await desk.propose()
    const id = await desk.makeRule({ businessProcessType: 'bank_topup' })
    const stranger = {
      token: await (await addProject(desk.db, freshCode().toLowerCase())).signIn(desk.api.call),
    }
    const call = desk.as(stranger)
    expect((await desk.decide('approve', change, stranger)).status).toBe(404)
    expect((await call('GET', `/approval-rules/${id}`)).status).toBe(404)
    expect((await call('PATCH', `/approval-rules/${id}`, { toAmount: '500' })).status).toBe(404)
    expect((await call('DELETE', `/approval-rules/${id}`)).status).toBe(404)
    expect((await call('POST', '/approval-rules/view', {})).at('totalRecords')).toBe(0)
    expect((await call('GET', '/approval-rule-changes')).at('totalRecords')).toBe(0)
    expect(refusalOf(await desk.propose({}, stranger)).parameters).toEqual(['issuerId'])
  })
})

function stages(more: object) {
  return { stages: [{ roles: ['cfo'], approvers: 1, ...more }] }
}

function escalation(more: object) {
  return { escalation: { afterSeconds: 60, roles: ['ceo'], ...more } }
}

async function countChanges(): Promise<unknown> {
  return (await desk.as(desk.admin)('GET', '/approval-rule-changes')).at('totalRecords')
}
