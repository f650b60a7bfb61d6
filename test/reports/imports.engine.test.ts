import { inProject } from '#db/connection.ts'
import { freshCode } from '#test/support/catalogue.ts'
import { importDesk } from '#test/support/imports.ts'
import { opened } from '#test/support/opened.ts'
import { openPlatformDesk } from '#test/support/platform-desk.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'

describe('an import', () => {
  const engine = useEngine()
  const desk = opened(async () => importDesk(engine))
  const client = opened(() => engine.addClient())
  let type: string
  beforeAll(async () => {
    type = await desk.addType()
  })

  it('makes accounts of good rows, tells the others by line and field, and is in the audit trail with each', async () => {
    const prefix = freshCode()
    const file = csv(
      good(`${prefix}-1`),
      `${prefix}-2,none,${client.organization},`,
      `"${prefix}-3",${type},nobody,maybe`,
    )
    const done = await desk.run({}, file)
    expect(done).toMatchObject({ state: 'complete', rows: 3, validated: 3, bad: 2, applied: 1, unchanged: 0 })
    expect(await desk.errors(done.id)).toMatchObject([
      { line: 3, field: 'type', code: 'validation_failed' },
      { line: 4, field: 'active', code: 'validation_failed', message: 'must be true or false' },
    ])
    const [account, ...others] = await accountsLike(prefix)
    expect(others).toEqual([])
    expect(account).toMatchObject({ external_id: `${prefix}-1`, active: true })
    const by = { actor_id: engine.accountant.id }
    expect(await audit(account?.id ?? '', done.id)).toMatchObject([
      { ...by, action: 'import.create' },
      { ...by, action: 'import.receive' },
      { ...by, action: 'account.create' },
      { ...by, action: 'import.complete' },
    ])
  })

  it('makes nothing where one row is bad and all or nothing was asked for, and all at once else', async () => {
    const prefix = freshCode()
    const mode = 'all_or_nothing'
    const refused = await desk.run(
      { mode },
      csv(...many(prefix, 1_500), `${prefix}-bad,,${client.organization},`),
    )
    expect(refused).toMatchObject({ state: 'refused', rows: 1_501, bad: 1, applied: 0 })
    expect(await accountsLike(prefix)).toEqual([])
    const done = await desk.run({ mode }, csv(...many(prefix, 1_500)))
    expect(done).toMatchObject({ state: 'complete', bad: 0, applied: 1_500 })
    expect(await accountsLike(prefix)).toHaveLength(1_500)
    const trail = await audit(...(await accountsLike(prefix)).map(({ id }) => id))
    expect(trail).toHaveLength(1_500)
  })

  it('makes a row once, however often it comes, and refuses one that is otherwise', async () => {
    const prefix = freshCode()
    const rows = many(prefix, 1_200)
    const other = await desk.addType()
    const twisted = `${prefix}-7,${other},${client.organization},`
    const done = await desk.run({}, csv(...rows, good(`${prefix}-3`), twisted))
    expect(done).toMatchObject({ state: 'complete', applied: 1_200, unchanged: 1, bad: 1 })
    expect(await desk.errors(done.id)).toMatchObject([{ line: 1_203, code: 'external_id_taken' }])
    const again = await desk.run({}, csv(good(`${prefix}-new`), ...rows))
    expect(again).toMatchObject({ state: 'complete', applied: 1, unchanged: 1_200, bad: 0 })
    expect(await accountsLike(prefix)).toHaveLength(1_201)
  })

  it.each(['good_rows_only', 'all_or_nothing'])('of the same file, %s, is the earlier one', async (mode) => {
    const prefix = freshCode()
    const file = csv(good(`${prefix}-1`))
    const first = await desk.run({}, file)
    const second = await desk.begin({ kind: 'accounts', format: 'csv', mode })
    const answer = await desk.put(second, file)
    expect({ status: answer.status, ...JSON.parse(answer.text) }).toMatchObject({
      status: 200,
      id: first.id,
      applied: 1,
    })
    expect(await desk.info(second)).toMatchObject({ state: 'same_as_earlier', sameAs: first.id, applied: 0 })
    expect(await accountsLike(prefix)).toHaveLength(1)
  })

  it('keeps the first ten thousand errors, and counts them all', async () => {
    const rows = Array.from({ length: 10_001 }, (_, n) => `x-${n},none,${client.organization},`)
    const done = await desk.run({}, csv(...rows))
    expect(done).toMatchObject({ state: 'complete', rows: 10_001, bad: 10_001, applied: 0 })
    const kept = await inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('import_faults').where({ import_id: done.id }),
    )
    expect(kept).toHaveLength(10_000)
  })

  it('that is refused, for the world is no longer as it was validated, has made nothing', async () => {
    const prefix = freshCode()
    const gone = await desk.addType()
    const id = await desk.begin({ kind: 'accounts', format: 'csv', mode: 'all_or_nothing' })
    await engine.killWorker()
    await desk.put(id, csv(...many(prefix, 1_100), `${prefix}-last,${gone},${client.organization},`))
    // As validation leaves it, and then the type is removed.
    await inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx('imports').where({ id }).update({ state: 'applying', validate_page: 2, validated: 1_101 })
      await trx('configuration_items').where({ label: gone }).delete()
    })
    await engine.client.workflow.start('bulkImport', {
      workflowId: `import/${id}`,
      taskQueue: 'reports',
      workflowIdConflictPolicy: 'USE_EXISTING',
    })
    await engine.startWorker()
    expect(await desk.ended(id)).toMatchObject({ state: 'refused', bad: 1, applied: 0 })
    expect(await desk.errors(id)).toMatchObject([{ line: 1_102, field: 'type' }])
    expect(await accountsLike(prefix)).toEqual([])
  })

  it('waits while another one of the project runs', async () => {
    const [first, second] = [freshCode(), freshCode()]
    const running = await desk.begin({ kind: 'accounts', format: 'csv', mode: 'good_rows_only' })
    await inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('imports').where({ id: running }).update({ state: 'validating' }),
    )
    const id = await desk.begin({ kind: 'accounts', format: 'csv', mode: 'good_rows_only' })
    await desk.put(id, csv(good(`${second}-1`)))
    await until(`${id} to look twice`, async () => {
      const { events = [] } = await engine.client.workflow.getHandle(`import/${id}`).fetchHistory()
      return (events ?? []).filter((event) => event.timerStartedEventAttributes).length > 1 ? true : undefined
    })
    expect(await desk.info(id)).toMatchObject({ state: 'waiting', validated: 0 })
    await engine.request(engine.accountant, `/imports/${running}/cancel`, { method: 'POST' })
    expect(await desk.ended(id)).toMatchObject({ state: 'complete', applied: 1 })
    expect(await accountsLike(first)).toEqual([])
  })

  it('of assets makes them in their accounts, each once, and off', async () => {
    const prefix = freshCode()
    await desk.run({}, csv(good(`${prefix}-1`), good(`${prefix}-2`)))
    const [{ id: byId } = { id: '' }] = await accountsLike(`${prefix}-1`)
    const header = 'account,currency,externalId,address'
    const iban = 'DE89 3704 0044 0532 0130 00'
    const file = [
      header,
      `${byId},EUR,'=main,${iban}`,
      `${prefix}-2,EUR,,`,
      `${prefix}-1,EUR,other,`,
      `${prefix}-2,EUR,,DE00`,
      `nobody,XXX,,`,
    ].join('\n')
    const done = await desk.run({ kind: 'assets' }, file)
    expect(done).toMatchObject({ state: 'complete', applied: 2, bad: 3, unchanged: 0 })
    expect(await desk.errors(done.id)).toMatchObject([
      { line: 4, field: 'currency', code: 'asset_exists' },
      { line: 5, field: 'address', message: expect.stringContaining('must be an IBAN') as string },
      { line: 6, field: 'account', code: 'not_found' },
      { line: 6, field: 'currency', code: 'validation_failed' },
    ])
    const assets = (await engine.call(engine.accountant, `/accounts/${byId}/assets`)).text
    expect(JSON.parse(assets)).toMatchObject({
      data: [{ externalId: '=main', address: 'DE89370400440532013000', active: false, amount: '0.00' }],
    })
    const again = await desk.run({ kind: 'assets' }, [header, `${byId},EUR,'=main,${iban}`].join('\n'))
    expect(again).toMatchObject({ state: 'complete', applied: 0, unchanged: 1 })
  })

  it('links assets to a platform by its label or id, and one account there to one of them', async () => {
    const { platform } = await openPlatformDesk(engine)
    const prefix = freshCode()
    await desk.run({}, csv(...many(prefix, 3)))
    const file = [
      'account,currency,externalId,platform',
      `${prefix}-0,USDT,there-${prefix},simulated`,
      `${prefix}-1,USDT,,${platform}`,
      `${prefix}-2,USDT,there-${prefix},simulated`,
      `${prefix}-2,BTC,,nowhere`,
    ].join('\n')
    const done = await desk.run({ kind: 'assets' }, file)
    expect(await desk.errors(done.id)).toMatchObject([
      { line: 4, field: 'externalId', code: 'place_taken' },
      { line: 5, field: 'platform', code: 'validation_failed' },
    ])
    expect(done).toMatchObject({ applied: 2, bad: 2 })
    const [first, second] = await accountsLike(prefix)
    const linked = async (account = '') =>
      JSON.parse((await engine.call(engine.accountant, `/accounts/${account}/assets`)).text) as unknown
    expect(await linked(first?.id)).toMatchObject({
      data: [
        { platform: { id: platform, account: `there-${prefix}`, confirmedBalance: null }, active: false },
      ],
    })
    expect(await linked(second?.id)).toMatchObject({ data: [{ platform: { account: `${prefix}-1` } }] })
    const again = await desk.run({ kind: 'assets' }, `${file}\n`)
    expect(again).toMatchObject({ applied: 0, unchanged: 2, bad: 2 })
  })

  it('reads back what an export wrote, in both formats, and makes nothing twice', async () => {
    const prefix = freshCode()
    await desk.run({}, csv(good(`'=${prefix}`), good(`-${prefix}`), good(prefix)))
    const [account] = await accountsLike(prefix)
    await desk.run({ kind: 'assets' }, `account,currency\n${account?.id},EUR\n`)
    for (const [kind, count] of [
      ['accounts', 3],
      ['assets', 1],
    ] as const) {
      const filter = kind === 'accounts' ? { type, owner: client.organization } : { account: account?.id }
      const job = await desk.exportOf(kind, filter)
      for (const format of ['csv', 'jsonl'] as const) {
        const file = await desk.exportFile(job, format)
        if (kind === 'accounts' && format === 'csv') expect(file).toContain(`,'=${prefix},`)
        const mode = 'all_or_nothing'
        const done = await desk.run(
          { kind, format, mode },
          file,
          format === 'csv' ? 'text/csv' : 'application/x-ndjson',
        )
        expect(done).toMatchObject({ state: 'complete', bad: 0, applied: 0, unchanged: done.rows })
        expect(done.rows).toBeGreaterThanOrEqual(count)
      }
    }
  })

  it.each([
    ['good_rows_only', 'validating'],
    ['good_rows_only', 'applying'],
    ['all_or_nothing', 'applying'],
  ])('of %s whose worker is killed while it is %s makes everything once', async (mode, state) => {
    const prefix = freshCode()
    const count = 12_000
    const id = await desk.begin({ kind: 'accounts', format: 'csv', mode })
    await desk.put(id, csv(...many(prefix, count)))
    await until(`${id} to be ${state}`, async () => {
      const now = await desk.info(id)
      if (['complete', 'refused'].includes(now.state)) throw new Error('it was over too soon')
      const isUnderWay = state === 'validating' ? now.validated > 0 : now.state === 'applying'
      return isUnderWay ? now : undefined
    })
    await engine.killWorker()
    const between = await desk.info(id)
    expect(['validating', 'applying']).toContain(between.state)
    expect(await accountsLike(`${prefix}-`)).toHaveLength(between.applied)
    await engine.startWorker()
    // Temporal gives the dead worker half a minute to say that it is alive.
    const done = await desk.ended(id).catch(() => desk.ended(id))
    expect(done).toMatchObject({ rows: count, validated: count, bad: 0, applied: count, unchanged: 0 })
    const accounts = await accountsLike(`${prefix}-`)
    expect(new Set(accounts.map(({ external_id: name }) => name)).size).toBe(count)
    expect(await audit(...accounts.slice(0, 5_000).map((account) => account.id))).toHaveLength(5_000)
  })

  function good(externalId: string) {
    return `${externalId},${type},${client.organization},true`
  }

  function many(prefix: string, count: number) {
    return Array.from({ length: count }, (_, n) => good(`${prefix}-${n}`))
  }

  function accountsLike(prefix: string): Promise<{ id: string; external_id: string; active: boolean }[]> {
    return inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('accounts').whereLike('external_id', `${prefix}%`).select('id', 'external_id', 'active'),
    )
  }

  function audit(...subjects: string[]): Promise<AuditRow[]> {
    return inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('audit_rows')
        .whereIn('subject_id', subjects)
        .orderBy('seq')
        .select('action', 'actor_id', 'subject_id'),
    )
  }
})

type AuditRow = { action: string; actor_id: string; subject_id: string }

const csv = (...lines: string[]) => ['externalId,type,owner,active', ...lines].join('\r\n')
