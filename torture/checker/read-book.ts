import { Client, types } from 'pg'
import type { Book } from './run.ts'

const INT8 = 20
const NUMERIC = 1700

/** Whole numbers of any size come as bigint: an amount must not pass through a float on its way to the judge. */
export async function connectAsOwner(connectionString: string): Promise<Client> {
  const client = new Client({
    connectionString,
    types: {
      getTypeParser: (oid: number) =>
        oid === INT8 || oid === NUMERIC ? (text: string) => BigInt(text) : types.getTypeParser(oid),
    },
  })
  await client.connect()
  return client
}

/** All that the book says of all projects. The client is in a transaction, so that it is one moment's truth. */
export async function readBook(client: Client): Promise<Book> {
  const { rows: projects } = await client.query<Book['projects'][number]>(
    'select id, time_zone, now() as now from projects',
  )
  const read = new Map<string, unknown[]>(Object.keys(SELECTS).map((part) => [part, []]))
  for (const { id } of projects) {
    await client.query("select set_config('sluice.project', $1, true)", [id])
    for (const [part, select] of Object.entries(SELECTS))
      read.get(part)?.push(...(await client.query(select)).rows)
  }
  return { ...Object.fromEntries(read), projects } as unknown as Book
}

const SELECTS: Readonly<Record<Exclude<keyof Book, 'projects'>, string>> = {
  operations: `select o.*, p.description, p.full_name, p.iban, p.account_number
    from operations o left join operation_parties p on p.operation_id = o.id order by o.created_at, o.id`,
  postings: 'select * from postings order by id',
  balances: 'select account_id, posted, held, floor from balances',
  accounts: 'select id, issuer_id, type, strict from book_accounts',
  holds: 'select * from holds',
  steps: 'select * from steps order by seq',
  events: `select id, type, operation_id, payload ->> 'step' as step, payload ->> 'from' as from_state, payload ->> 'to' as to_state
    from outbox_events order by id`,
  // The text that the chain is made of, put together here anew: it is the rows that are judged, not the function that wrote them.
  auditRows: `select project_id, seq, actor_id, source, action, subject_type, subject_id, before, after, previous_hash, hash,
      jsonb_build_array(project_id, seq, extract(epoch from at)::numeric(20, 6)::text, actor_id, source, action,
        subject_type, subject_id, before, after)::text as said
    from audit_rows order by seq`,
  auditHeads: 'select project_id, seq, hash from audit_heads',
  decisions: 'select * from decisions order by at',
  tickets: 'select * from tickets',
  members: 'select project_id, person_id, role from members',
  delegations: 'select * from delegations',
  approvalVersions: 'select * from approval_rule_versions order by version',
  reservations: 'select * from limit_reservations',
  limitUsage: 'select * from limit_usage',
  limitProfiles: 'select * from limit_profiles where active',
  screenings: 'select operation_id, n, verdict, answered_at from screenings',
  policies:
    'select id, project_id, kinds, issuer_id, from_amount, updated_at from screening_policies where active',
  payoutSends: 'select operation_id, send, at from order_sends',
  platformAnswers: 'select operation_id, call, kind, platform_reference, created_at from platform_answers',
  inbox: `select id, platform, event_id, type, reference, operation_id, amount, currency, outcome, handled_at from inbox`,
  lines: 'select * from bank_lines',
  bankAccounts: 'select id, coin_id, iban, account_number, status from bank_accounts',
  freezes: `select subject_id as organization_id, at, action from audit_rows
    where action in ('organization.freeze', 'organization.unfreeze') order by seq`,
  coins: 'select id, serial, issuer_id, organization_id, platform_id, platform_account from coins',
  organizations: 'select id, project_id, type, contract_id, frozen_at from organizations',
  issuers:
    'select i.id, i.project_id, c.code, c.fraction from issuers i join currencies c on c.id = i.currency_id',
  contracts: 'select id, project_id, organization_type, person_type, active, global from contracts',
  contractChanges: `select subject_id as organization_id, at, before ->> 'contractId' as before from audit_rows
    where action = 'organization.give_contract' order by seq`,
  commissions: `select p.contract_id, p.id as profile_id, p.flow, p.issuer_id, p.src_person_type, p.dest_person_type, r.id as rule_id,
      r.begins_at, r.ends_at, r.direction, c.begin_amount, c.end_amount, c.type, c.fixed, c.percent::text
    from commission_profiles p join commission_rules r on r.profile_id = p.id join commission_conditions c on c.rule_id = r.id
    where r.active`,
  breaks: 'select id, part, kind, subject, state, ours, theirs from breaks',
}
