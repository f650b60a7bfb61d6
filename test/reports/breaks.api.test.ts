import { openRounds } from '#activities/reports/open-rounds.ts'
import { inProject } from '#db/connection.ts'
import { noteBreaks } from '#db/reports/breaks.ts'
import { addRun } from '#db/reports/reconciliation-runs.ts'
import { id } from '#test/support/book.ts'
import { refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { addClient, type Person } from '#test/support/engine-people.ts'
import { useReports } from '#test/support/use-reports.ts'
import { untilWaiting } from '#test/support/waiting.ts'

const { reports, book, staff, other, post, audit } = useReports()

describe('a run of reconciliation', () => {
  it('is started, listed and audited', async () => {
    const asked = await post(staff.accountant, '/reconciliation/run')
    expect(asked.status).toBe(202)
    const runId = asked.text('runId')
    expect(reports.started.at(-1)).toEqual({ kind: 'reconciliation', id: runId, projectId: book.projectId })
    expect(await audit(runId)).toEqual([{ action: 'reconciliation.run', actor_id: staff.accountant.id }])
    const listed = await post(staff.accountant, '/reconciliation/runs/view', { filter: { ids: [runId] } })
    expect(listed.at('records')).toMatchObject([
      { id: runId, state: 'running', askedBy: staff.accountant.id, parts: [], tries: 0, endedAt: null },
    ])
    const foreign = await post(other.accountant, '/reconciliation/runs/view', { filter: { ids: [runId] } })
    expect(foreign.at('records')).toEqual([])
  })

  it('is opened once for each project in a round of the schedule, however often that is tried', async () => {
    const openAll = openRounds({ db: book.db, newId: (prefix) => id(prefix) })
    const opened = await openAll({ round: 'reconciliation-daily-1' })
    expect(opened.map(({ projectId }) => projectId)).toEqual(
      expect.arrayContaining([book.projectId, other.projectId]),
    )
    expect(await openAll({ round: 'reconciliation-daily-1' })).toEqual(opened)
    expect(await openAll({ round: 'reconciliation-daily-2' })).not.toEqual(opened)
  })

  it('is not there at all where it could not be started', async () => {
    reports.isTemporalAway = true
    const asked = await post(staff.administrator, '/reconciliation/run').finally(() => {
      reports.isTemporalAway = false
    })
    expect(asked.status).toBe(503)
    const left = await inProject(book.db, book.projectId, (trx) =>
      trx('reconciliation_runs').where({ asked_by: staff.administrator.id }),
    )
    expect(left).toEqual([])
  })

  it('takes no body', async () => {
    const answer = await post(staff.accountant, '/reconciliation/run', { day: 'today' })
    expect(refusalOf(answer)).toMatchObject({ status: 400 })
  })
})

describe('a difference', () => {
  let run: string
  let n = 0
  beforeAll(async () => {
    run = id('rec')
    await inProject(book.db, book.projectId, (trx) =>
      addRun(trx, { id: run, project_id: book.projectId, asked_by: null, opened_for: 'a round' }),
    )
  })

  it('is one row however often it is found, also where a side of it is nothing', async () => {
    const one = found()
    await inProject(book.db, book.projectId, async (trx) => {
      expect(await noteBreaks(trx, where(), [one])).toBe(1)
      expect(await noteBreaks(trx, where(), [{ ...one, id: id('brk') }])).toBe(0)
      expect(await noteBreaks(trx, where(), [{ ...one, id: id('brk'), theirs: '2.00 EUR' }])).toBe(1)
    })
    const listed = await post(staff.accountant, '/reconciliation/breaks/view', {
      filter: { subjects: [one.subject], states: ['open'], kinds: ['other_amount'], parts: ['simulated'] },
    })
    expect(
      (listed.at('records') as { theirs: unknown }[]).map(({ theirs }) => String(theirs)).toSorted(),
    ).toEqual(['2.00 EUR', 'null'])
    expect(await audit(one.id)).toEqual([{ action: 'break.open', actor_id: null }])
  })

  it('is resolved with a reason by one person and approved by another, and stays so when it is found again', async () => {
    const one = found()
    await open(one)
    const proposed = await resolve(staff.accountant, one.id)
    expect(proposed.body).toMatchObject({
      state: 'open',
      reason: 'a fee of the bank',
      proposedBy: staff.accountant.id,
    })
    const waiting = await post(staff.secondAccountant, '/reconciliation/breaks/view', {
      filter: { proposed: true, ids: [one.id] },
    })
    expect(waiting.at('records')).toHaveLength(1)
    expect(refusalOf(await approve(staff.accountant, one.id))).toEqual({
      status: 403,
      code: 'decider_is_the_asker',
      parameters: ['id'],
    })
    const approved = await approve(staff.secondAccountant, one.id)
    expect(approved.body).toMatchObject({ state: 'resolved', resolvedBy: staff.secondAccountant.id })
    await open({ ...one, id: id('brk') })
    const again = await post(staff.accountant, '/reconciliation/breaks/view', {
      filter: { subjects: [one.subject] },
    })
    expect(again.at('records')).toMatchObject([{ id: one.id, state: 'resolved' }])
    expect(await audit(one.id)).toEqual([
      { action: 'break.open', actor_id: null },
      { action: 'break.propose', actor_id: staff.accountant.id },
      { action: 'break.approve', actor_id: staff.secondAccountant.id },
    ])
    for (const answer of [
      await resolve(staff.accountant, one.id),
      await approve(staff.administrator, one.id),
    ])
      expect(refusalOf(answer)).toEqual({ status: 409, code: 'break_not_open', parameters: ['id'] })
  })

  it('is not resolved unless somebody said why, and nobody takes over what another proposed', async () => {
    const one = await open()
    expect(refusalOf(await approve(staff.accountant, one))).toMatchObject({
      status: 409,
      code: 'nothing_proposed',
    })
    await resolve(staff.accountant, one)
    expect((await resolve(staff.accountant, one, { reason: 'in other words' })).at('reason')).toBe(
      'in other words',
    )
    expect(refusalOf(await resolve(staff.secondAccountant, one))).toMatchObject({
      status: 409,
      code: 'already_proposed',
    })
  })

  it('is approved once by several at the same moment', async () => {
    const one = await open()
    await resolve(staff.accountant, one)
    const people = await Promise.all(Array.from({ length: 6 }, () => staff.hire('cfo')))
    // They all come to the row while somebody holds it, so none of them is done before another looks.
    const asked = await inProject(book.owner, book.projectId, async (trx) => {
      await trx('breaks').where({ id: one }).forUpdate().first()
      const calls = people.map((who) => approve(who, one))
      await untilWaiting(trx, people.length)
      return { calls }
    })
    const answers = await Promise.all(asked.calls)
    expect(statusesOf(answers)).toEqual([200, 409, 409, 409, 409, 409])
  })

  it('needs two people in the database, too', async () => {
    const one = await open()
    await resolve(staff.accountant, one)
    const alone = inProject(book.db, book.projectId, (trx) =>
      trx('breaks').where({ id: one }).update({ state: 'resolved', resolved_by: staff.accountant.id }),
    )
    await expect(alone).rejects.toThrow('four_eyes')
  })

  it.each([
    [{}, 'reason'],
    [{ reason: '' }, 'reason'],
    [{ reason: 'x'.repeat(501) }, 'reason'],
    [{ reason: 'fine', state: 'resolved' }, 'state'],
  ])('is not resolved with %j', async (body, parameter) => {
    const one = await open()
    expect(refusalOf(await resolve(staff.accountant, one, body))).toMatchObject({
      status: 400,
      parameters: [parameter],
    })
    const listed = await post(staff.accountant, '/reconciliation/breaks/view', { filter: { ids: [one] } })
    expect(listed.at('records')).toMatchObject([{ state: 'open', reason: null }])
  })

  it('is nothing of another project, and nothing for others', async () => {
    const one = await open()
    for (const answer of [await resolve(other.accountant, one), await approve(other.accountant, one)])
      expect(refusalOf(answer)).toEqual({ status: 404, code: 'not_found', parameters: ['id'] })
    expect(
      (await post(other.accountant, '/reconciliation/breaks/view', { filter: { ids: [one] } })).at('records'),
    ).toEqual([])
    const specialist = await staff.hire('financial_specialist')
    const client = await addClient(book, 0n)
    for (const who of [specialist, client]) {
      for (const path of ['/reconciliation/run', '/reconciliation/runs/view', '/reconciliation/breaks/view'])
        expect((await post(who, path)).status).toBe(403)
      expect((await resolve(who, one)).status).toBe(403)
      expect((await approve(who, one)).status).toBe(403)
    }
  })

  function found(more: object = {}) {
    return {
      id: id('brk') as string,
      kind: 'other_amount' as const,
      subject: `op_${(n += 1)}`,
      ours: '1.00 EUR',
      theirs: null,
      aboutAt: null,
      ...more,
    }
  }

  function where() {
    return { projectId: book.projectId, run, part: 'simulated' }
  }

  async function open(one = found()): Promise<string> {
    await inProject(book.db, book.projectId, (trx) => noteBreaks(trx, where(), [one]))
    return one.id
  }
})

function resolve(who: Person, breakId: string, body: object = { reason: 'a fee of the bank' }) {
  return post(who, `/reconciliation/breaks/${breakId}/resolve`, body)
}

function approve(who: Person, breakId: string) {
  return post(who, `/reconciliation/breaks/${breakId}/approve`)
}
