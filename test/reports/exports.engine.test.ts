import { parse } from 'csv-parse/sync'
import { inProject } from '#db/connection.ts'
import type { Person } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { transfer, ask } from '#test/support/wishes.ts'

describe('a data export', () => {
  const engine = useEngine()
  const client = opened(() => engine.addClient(10_000n))
  const payee = opened(() => engine.addClient())

  beforeAll(async () => {
    await ask(engine, transfer(client, payee, '2.50'))
  })

  it('is made by its workflow, and shows clients what is theirs', async () => {
    const jobKey = await init(payee)
    expect(await complete(payee, jobKey)).toMatchObject({ rows: 1 })
    expect(await read(payee, jobKey)).toMatchObject([
      {
        type: 'client_transaction_transfer',
        status: 'processed',
        amount: '2.50',
        commission: '0.00',
        coinSerial: client.serial,
        counterCoinSerial: payee.serial,
        currency: 'EUR',
      },
    ])
    const handle = engine.client.workflow.getHandle(`export/${jobKey}`)
    const { events } = await handle.fetchHistory()
    expect(JSON.stringify(events)).not.toContain(payee.serial)
    expect((await handle.describe()).status.name).toBe('RUNNING')
  })

  it('goes on where it was after its worker was killed, with each operation once', async () => {
    await addMany()
    const jobKey = await init(engine.accountant, { phases: ['refused'] })
    await engine.killWorker()
    const before = await info(engine.accountant, jobKey)
    expect(before.rows).toBeLessThanOrEqual(MANY)
    await engine.startWorker()
    expect(await complete(engine.accountant, jobKey)).toMatchObject({ rows: MANY })
    const rows = await read(engine.accountant, jobKey)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(MANY)
    expect(rows).toHaveLength(MANY)
    const amounts = rows.map(({ amount }) => Number(amount?.replace('.', '')))
    expect(amounts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: MANY }, (_, n) => n + 1))
  })

  it('that nobody asked for ends by itself', async () => {
    for (const workflowId of ['export/exp_01h2xcejqtf2nbrexx3vqjhp41', 'export/by-hand']) {
      const handle = await engine.client.workflow.start('dataExport', { workflowId, taskQueue: 'reports' })
      expect(await handle.result()).toBeNull()
    }
  })

  async function init(who: Person, filter: object = {}): Promise<string> {
    const answer = await engine.call(who, '/data-export/init', { filter })
    expect(answer.status).toBe(202)
    return (JSON.parse(answer.text) as { jobKey: string }).jobKey
  }

  async function info(who: Person, jobKey: string): Promise<Info> {
    return JSON.parse((await engine.call(who, `/data-export/info/${jobKey}`)).text) as Info
  }

  function complete(who: Person, jobKey: string): Promise<Info> {
    return until(
      `${jobKey} to be complete`,
      async () => {
        const now = await info(who, jobKey)
        return now.status === 'COMPLETE' ? now : undefined
      },
      () => info(who, jobKey),
    )
  }

  async function read(who: Person, jobKey: string): Promise<Row[]> {
    const response = await fetch(`${engine.apiUrls[0]}/api/v1/data-export/${jobKey}/file`, {
      headers: { authorization: `TOKEN ${who.token}` },
    })
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    return parse(Buffer.from(await response.arrayBuffer()), { bom: true, columns: true })
  }

  /** Behind the API's back: as many wishes that nothing came of. */
  async function addMany(): Promise<void> {
    await inProject(engine.book.owner, engine.book.projectId, (trx) =>
      trx.raw(
        `insert into operations (id, project_id, kind, needs_decision, state, coin_id, issuer_id, organization_id, amount,
            sender_amount, recipient_amount, asked_by, refusal)
          select 'op_many' || n, o.project_id, 'top_up', false, 'refused', o.coin_id, o.issuer_id, o.organization_id, n, n, n,
              o.asked_by, 'coin_inactive'
            from operations o, generate_series(1, ?) n where o.coin_id = ? and o.kind = 'top_up'`,
        [MANY, client.coin],
      ),
    )
  }
})

type Row = Readonly<Record<string, string>>
type Info = { status: string; rows: number }

/** More than fit on one page of an export. */
const MANY = 1_203
