import { inProject } from '#db/connection.ts'
import { registerStep } from '#domain/operations/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import type { Answer } from '#test/support/api.ts'
import { freshBic, freshCode } from '#test/support/catalogue.ts'
import { id } from '#test/support/book.ts'
import type { IntendedFacts } from '#test/support/intent.ts'
import { decided } from '#test/support/steps.ts'
import { linkBankAccount, type Person } from '#test/support/engine-people.ts'
import { holdings } from './holdings.ts'
import { addTenantClient, type AccessClient, type Tenant } from './tenant.ts'
import { ACCOUNT_NUMBER, remember, type Operation, type Things } from './things.ts'

async function made(answer: Promise<Answer>, path = 'id'): Promise<{ id: string }> {
  return { id: (await answer).text(path) }
}

type Me = { readonly person: Person; readonly client?: AccessClient | undefined }

/** All that is asked for comes from one tenant, and belongs to the caller where it can belong to somebody. */
export function thingsOf(tenant: Tenant, me: Me): Things {
  const { book } = tenant
  const things: Things = remember({
    client: async () => me.client ?? addTenantClient(tenant),
    home: async () => ({ id: await systemOrganization(tenant) }),
    payee: () => addTenantClient(tenant),
    colleague: async () => ({ id: tenant.colleague('ceo').id }),
    bank: async () => ({ id: tenant.bankId }),
    account: () => addAccount('PENDING', freshBic()),
    approvedAccount: () => addAccount('APPROVED', ACCOUNT_NUMBER),
    currency: async () => {
      const code = freshCode()
      const body = { code, digitalCode: '999', symbol: '¤', name: code }
      return { ...(await made(tenant.post('administrator', '/currencies', body))), code }
    },
    issuer: async () => {
      const { code } = await things.currency()
      const body = { snPrefix: freshCode(), currencyCode: code, name: code }
      return made(tenant.post('administrator', '/issuers', body))
    },
    accountType: () => addItem('account-types', {}),
    network: () => addItem('networks', { addressFormat: 'evm' }),
    subType: () => addItem('transaction-sub-types', { type: 'Out' }),
    priced: () => addPrices(tenant, things),
    approvalRule: async () => {
      const change = await tenant.post('administrator', '/approval-rules', await rule())
      await tenant.post('cfo', `/approval-rule-changes/${change.text('id')}/approve`, {})
      return { id: change.text('ruleId') }
    },
    ruleChange: async () => made(tenant.post('administrator', '/approval-rules', await rule())),
    delegation: () => addDelegation(tenant, me.person),
    waitingTopUp: () => addOperation('top_up'),
    waitingWithdrawal: () => addOperation('withdrawal'),
    limited: () => addOperation('top_up', overItsLimit),
    payout: () => addOperation('withdrawal', accepted),
    processed: async () => {
      const { coin } = await clientCoin()
      const asked = await book.ask({ coin, amount: 500n })
      await createLedger(book.db).apply(book.projectId, registerStep(asked), 'workflow')
      return { id: asked.id }
    },
    line: () =>
      made(
        tenant.post('accountant', '/bank-lines', {
          bankId: tenant.bankId,
          lines: [{ reference: id('ref'), amount: '20.00', currency: 'EUR' }],
        }),
        'lines.0.id',
      ),
    difference: () => addDifference(tenant, {}),
    explainedDifference: () =>
      addDifference(tenant, {
        proposed_by: tenant.colleague('ceo').id,
        proposed_at: new Date(),
        reason: 'known',
      }),
    dataExport: () => addExport(tenant, me),
    import: () =>
      made(
        tenant.post('administrator', '/imports', {
          kind: 'accounts',
          format: 'csv',
          mode: 'all_or_nothing',
        }),
      ),
    policy: () =>
      made(
        tenant.post('compliance_manager', '/aml/policies', {
          name: freshCode(),
          types: ['bank_redeem'],
          provider: 'rules',
          active: false,
        }),
      ),
    list: async () => {
      const list = await made(
        tenant.post('compliance_manager', '/aml/lists', { name: freshCode(), onMatch: 'review' }),
      )
      const entries = [{ name: 'Nobody Anywhere', kind: 'person' }]
      const added = await tenant.post('compliance_manager', `/aml/lists/${list.id}/entries`, {
        entries,
      })
      return { list: list.id, entry: added.text('records.0.id') }
    },
    amlRule: () =>
      made(
        tenant.post('compliance_manager', '/aml/rules', {
          name: freshCode(),
          type: 'country',
          types: ['bank_redeem'],
          verdict: 'review',
          countries: ['KP'],
        }),
      ),
    ...holdings(tenant, () => things),
    project: async () => ({ key: book.projectId.replace('_', '-') }),
  })

  async function addItem(section: string, more: object): Promise<{ id: string; label: string }> {
    const label = freshCode()
    const body = { label, name: 'One', ...more }
    return { ...(await made(tenant.post('administrator', `/configurations/${section}`, body))), label }
  }

  async function clientCoin(): Promise<{ coin: string; person: string }> {
    const { serial, id: person } = await things.client()
    const coin: { id: string } = await inProject(book.db, book.projectId, (trx) =>
      trx('coins').where({ serial }).first('id'),
    )
    return { coin: coin.id, person }
  }

  async function addAccount(status: 'PENDING' | 'APPROVED', accountNumber: string): Promise<{ id: string }> {
    const { coin, person } = await clientCoin()
    const known: { id: string } | undefined = await inProject(book.db, book.projectId, (trx) =>
      trx('bank_accounts').where({ coin_id: coin, account_number: accountNumber }).first('id'),
    )
    if (known) return known
    const account = { bank: tenant.bankId, accountNumber, fullName: 'A client', status }
    return { id: await linkBankAccount(book, { id: person, coin }, account) }
  }

  /** Registered, and waiting for a decision unless it is taken further. */
  async function addOperation(
    kind: 'top_up' | 'withdrawal',
    goOn: (tenant: Tenant, facts: IntendedFacts) => Promise<void> = async () => undefined,
  ): Promise<Operation> {
    const { coin } = await clientCoin()
    const asked = await book.ask({ kind, coin, amount: 100n, needsDecision: true })
    await createLedger(book.db).apply(book.projectId, registerStep(asked), 'workflow')
    await goOn(tenant, asked)
    const row: { request_identifier: string } = await inProject(book.db, book.projectId, (trx) =>
      trx('operations').where({ id: asked.id }).first('request_identifier'),
    )
    return { id: asked.id, number: row.request_identifier }
  }

  async function rule() {
    const issuerId = (await things.issuer()).id
    const stages = [{ roles: ['accountant'], approvers: 1 }]
    return { businessProcessType: 'bank_redeem', issuerId, fromAmount: '100', stages }
  }

  return things
}

/** As the book would have left it, had there been a limit. */
async function overItsLimit({ book }: Tenant, { id: operation }: IntendedFacts): Promise<void> {
  await inProject(book.owner, book.projectId, (trx) =>
    trx('operations').where({ id: operation }).update({ state: 'limited' }),
  )
}

async function accepted(tenant: Tenant, facts: IntendedFacts): Promise<void> {
  const { book } = tenant
  const ticket = await book.issueTicket(facts.id, tenant.colleague('accountant').id, 'accept')
  await createLedger(book.db).apply(book.projectId, decided(facts, 'accept', ticket), 'workflow')
}

function systemOrganization({ book }: Tenant): Promise<string> {
  return inProject(book.db, book.projectId, async (trx) => {
    const row: { id: string } = await trx('organizations').where({ type: 'system' }).first('id')
    return row.id
  })
}

async function addPrices(tenant: Tenant, things: Things) {
  const { id: issuerId } = await things.issuer()
  const post = async (path: string, body: object) => (await tenant.post('cfo', path, body)).text('id')
  const flow = { operationFlowId: 'transfer', issuerId }
  const contract = await post('/contracts', {
    name: freshCode(),
    organizationType: 'individual',
    personType: 'gold',
  })
  const profile = await post(`/contracts/${contract}/commission-profiles`, flow)
  const rules = `/contracts/${contract}/commission-profiles/${profile}/commission-rule`
  const rule = await post(rules, { beginDate: '2020-01-01T00:00:00Z', direction: 'OUT', active: false })
  const zero = { beginAmount: '0', endAmount: '10', commission: { type: 'zero' } }
  const condition = await post(`${rules}/${rule}/condition`, zero)
  const limit = { ...flow, qualifier: 'quantity', timeUnit: 'per_day', value: '10' }
  return {
    contract,
    profile,
    rule,
    condition,
    limit: await post(`/contracts/${contract}/limit-profiles`, limit),
  }
}

async function addDelegation(tenant: Tenant, { id: from }: Person): Promise<{ id: string }> {
  const { book } = tenant
  const delegation = id('dlg')
  await inProject(book.owner, book.projectId, async (trx) => {
    await trx('delegations').insert({
      id: delegation,
      project_id: book.projectId,
      from_person: from,
      to_person: tenant.colleague('ceo').id,
      from_at: new Date(),
      until_at: new Date(Date.now() + 3_600_000),
    })
  })
  return { id: delegation }
}

async function addDifference({ book }: Tenant, more: object): Promise<{ id: string }> {
  const [run, difference] = [id('run'), id('brk')]
  const project = { project_id: book.projectId }
  await inProject(book.owner, book.projectId, async (trx) => {
    await trx('reconciliation_runs').insert({ ...project, id: run, state: 'complete', ended_at: new Date() })
    const found = { part: 'book', kind: 'circulation', subject: difference, ours: '1', theirs: '2' }
    await trx('breaks').insert({ ...project, id: difference, ...found, last_run: run, ...more })
  })
  return { id: difference }
}

async function addExport({ book }: Tenant, { person, client }: Me): Promise<{ id: string }> {
  const job = id('exp')
  await inProject(book.owner, book.projectId, async (trx) => {
    await trx('exports').insert({
      id: job,
      project_id: book.projectId,
      asked_by: person.id,
      organization_id: client?.organization ?? null,
      subject: 'operations',
      filter: {},
      state: 'complete',
      completed_at: new Date(),
    })
  })
  return { id: job }
}
