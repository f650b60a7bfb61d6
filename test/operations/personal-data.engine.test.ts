import { inProject } from '#db/connection.ts'
import { linkBankAccount } from '#test/support/engine-people.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Shown } from '#test/support/wire.ts'
import {
  ask,
  decide,
  manualWithdrawal,
  requestedTopUp,
  transfer,
  withdrawal,
  type Wish,
} from '#test/support/wishes.ts'

describe('personal data', () => {
  const engine = useEngine({ keepLogs: true })

  it('stands in no history, search attribute, summary or log, whichever way an operation went', async () => {
    await liveThroughAll()
    const text = await until('all histories', async () => {
      const found = await histories()
      return found.includes('return/') ? found : undefined
    })
    // What has to be there, so that the search is known to see what it looks at.
    for (const seen of ['withdrawal/op_', 'topup/op_', 'sbk_', 'outcome_unknown', 'Withdrawal of 1.00 EUR'])
      expect(text).toContain(seen)
    expect(text.match(WORDS)).toBeNull()
    expect(engine.logs()).toContain('/bank-withdrawals/with-bank')
    expect(engine.logs().match(WORDS)).toBeNull()
  })

  it('stands in no log of a fault either: the wish fails, and the same key asks for it again', async () => {
    const client = await addNamed(10_000n)
    const wish = named(withdrawal(engine, client, '2.00'))
    const failed = await inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx.raw('lock table operation_parties in access exclusive mode')
      return ask(engine, wish, SECRETS.key)
    })
    expect(failed.status).toBeGreaterThanOrEqual(500)
    expect(failed.text.match(WORDS)).toBeNull()
    const again = await ask(engine, wish, SECRETS.key)
    expect(again.status).toBe(201)
    expect(again.headers.get('idempotent-replayed')).toBeNull()
    await decide(engine, again, { verb: 'decline' })
    await until('the log of it', async () => /"level":50/.test(engine.logs()) || undefined)
    expect(engine.logs().match(WORDS)).toBeNull()
  })

  it('stands in no failure that Temporal keeps, though the database quotes what it stumbled over', async () => {
    const client = await addNamed(10_000n)
    const asked = await ask(engine, named(withdrawal(engine, client, '3.00')))
    const { id } = asked.body.process
    await engine.orderFault('refuse', { reference: id, reason: SECRETS.reason })
    await engine.book.owner.raw(`
      create function quote_it() returns trigger language plpgsql as $$ begin raise exception 'no: %', new; end $$;
      create trigger quote_it before insert on platform_answers for each row execute function quote_it()`)
    await decide(engine, asked, { verb: 'accept' })
    const handle = engine.client.workflow.getHandle(`withdrawal/${id}`)
    const pending = await until('a second try', async () => {
      const { raw } = await handle.describe()
      const text = textIn(raw)
      return /attempt [2-9]/.test(text) && text.includes('lastFailure') ? text : undefined
    })
    await engine.book.owner.raw('drop function quote_it cascade')
    await engine.reach(client, id, 'failed')
    const history = textIn((await handle.fetchHistory()).events)
    expect(history).toContain('P0001')
    for (const text of [pending, history]) expect(text.match(WORDS)).toBeNull()
    expect(engine.logs().match(WORDS)).toBeNull()
  })

  /** A client who may be paid out to the account that the tests look for. */
  async function addNamed(funds: bigint) {
    const client = await engine.addClient(funds)
    const { fullName, iban } = SECRETS
    for (const bank of [engine.bankIds.integrated, engine.bankIds.manual])
      await linkBankAccount(engine.book, client, { bank, iban, fullName })
    return client
  }

  /** Every way an operation can go, each with all the personal data that it takes. */
  async function liveThroughAll(): Promise<void> {
    const client = await addNamed(100_000n)
    const payee = await engine.addClient()
    const start = async (wish: Wish) =>
      (await ask(engine, named(wish), `${SECRETS.key}-${Math.random()}`)).body.process
    const end = async (operation: Shown, phase: string, { path, body = {} }: Act) => {
      await engine.call(engine.accountant, path.replace('*', String(operation.requestIdentifier)), body)
      await engine.reach(client, operation.id, phase)
    }
    const accept = { path: '/bank-withdrawals/*/accept' }
    await end(await start(requestedTopUp(engine, client, '1.00')), 'processed', {
      path: '/bank-top-ups/*/accept',
    })
    await end(await start(requestedTopUp(engine, client, '1.00')), 'declined', {
      path: '/bank-top-ups/*/decline',
    })
    await start(transfer(client, payee, '1.00'))
    const manual = await start(manualWithdrawal(engine, client, '1.00'))
    await end(manual, 'awaiting_reference', accept)
    const { bankReference, reason } = SECRETS
    await end(manual, 'processed', { path: '/bank-withdrawals/*/confirm-payout', body: { bankReference } })
    const refusedByHand = await start(manualWithdrawal(engine, client, '1.00'))
    await end(refusedByHand, 'awaiting_reference', accept)
    await end(refusedByHand, 'failed', { path: '/bank-withdrawals/*/refuse-payout', body: { reason } })
    const refused = await start(withdrawal(engine, client, '1.00'))
    await engine.orderFault('refuse', { reference: refused.id, reason })
    await end(refused, 'failed', accept)
    const unknown = await start(withdrawal(engine, client, '1.00'))
    await engine.orderFault('garbage_answer', { reference: unknown.id })
    await end(unknown, 'processed', accept)
    const back = await start(withdrawal(engine, client, '1.00'))
    await engine.orderFault('return_after', { reference: back.id, delayMs: 0, reason })
    await end(back, 'processed', accept)
    await until('the return', async () => (await engine.read(client, back.id)).children[0])
    await ask(engine, named(withdrawal(engine, client, '999999.00')))
    const junk = {
      ...named(withdrawal(engine, client, '1.00')).body,
      [SECRETS.fullName]: SECRETS.iban,
      amount: SECRETS.description,
    }
    await engine.call(client, '/bank-withdrawals/with-bank', junk)
    await engine.request(client, '/transfers', { raw: `{"${SECRETS.fullName}` })
  }

  async function histories(): Promise<string> {
    const texts: string[] = []
    for await (const { workflowId, runId } of engine.client.workflow.list()) {
      const { events } = await engine.client.workflow.getHandle(workflowId, runId).fetchHistory()
      texts.push(workflowId, textIn(events))
    }
    return texts.join('\n')
  }
})

/** All text in it, payloads decoded. */
function textIn(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (Array.isArray(value)) return value.map(textIn).join(' ')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${textIn(inner)}`)
    .join(' ')
}

type Act = { readonly path: string; readonly body?: object }

/** Nothing of this may stand anywhere but in Postgres and in the bank's own books. */
const SECRETS = {
  fullName: 'Zebulon Quackenbush',
  iban: 'GB33BUKB20201555555555',
  description: 'for the parrot Ottokar',
  bankReference: 'TYPED-BY-AN-ACCOUNTANT',
  reason: 'Ottokar Quackenbush has moved away',
  key: 'key-of-zebulon-quackenbush',
} as const

const WORDS = /zebulon|quackenbush|GB33BUKB|2020155555|parrot|ottokar|TYPED-BY|moved away/i

function named(wish: Wish): Wish {
  const { fullName, iban, description } = SECRETS
  const party = 'fullName' in wish.body ? { fullName, iban } : {}
  return { ...wish, body: { ...wish.body, description, ...party } }
}
