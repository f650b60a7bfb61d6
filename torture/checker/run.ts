import type { Exchange } from '../log.ts'

/** Which rule was broken, about what, and how it shows. */
export type Violation = { readonly rule: string; readonly subject: string; readonly detail: string }

export type Finding = Omit<Violation, 'rule'>

/** One thing that has to be true of every run, whatever went wrong during it. */
export type Rule = { readonly name: string; readonly find: (run: Run) => Finding[] }

/** All that is judged: the witnesses, none of which asks the product. */
export type Run = {
  readonly book: Book
  readonly exchanges: readonly Exchange[]
  readonly bank: readonly BankEntry[]
  /** The same server's book of the accounts that it keeps. */
  readonly held: HeldBook
  readonly workflows: readonly WorkflowRun[]
}

/** Rows as SQL gives them: bigint for whole numbers, Date for instants. */
export type Book = {
  readonly operations: readonly Operation[]
  readonly postings: readonly Posting[]
  readonly balances: readonly Balance[]
  readonly accounts: readonly Account[]
  readonly holds: readonly Hold[]
  readonly steps: readonly Step[]
  readonly events: readonly OutboxEvent[]
  readonly auditRows: readonly AuditRow[]
  readonly auditHeads: readonly { project_id: string; seq: bigint; hash: Buffer }[]
  readonly decisions: readonly Decision[]
  readonly tickets: readonly Ticket[]
  readonly members: readonly Member[]
  readonly delegations: readonly Delegation[]
  readonly approvalVersions: readonly ApprovalVersion[]
  readonly reservations: readonly Reservation[]
  readonly limitUsage: readonly LimitUsage[]
  readonly limitProfiles: readonly LimitProfile[]
  readonly screenings: readonly Screening[]
  readonly policies: readonly Policy[]
  readonly payoutSends: readonly { operation_id: string; send: number; at: Date }[]
  readonly platformAnswers: readonly PlatformAnswer[]
  readonly inbox: readonly Inbox[]
  readonly lines: readonly BankLine[]
  readonly bankAccounts: readonly BankAccount[]
  /** In their order: who was frozen, and who was let go. */
  readonly freezes: readonly { organization_id: string; at: Date; action: string }[]
  readonly coins: readonly Coin[]
  readonly organizations: readonly Organization[]
  readonly issuers: readonly Issuer[]
  readonly contracts: readonly Contract[]
  /** In their order: which contract a client had before each. */
  readonly contractChanges: readonly { organization_id: string; at: Date; before: string | null }[]
  readonly commissions: readonly CommissionTerm[]
  readonly breaks: readonly Break[]
  readonly projects: readonly { id: string; time_zone: string; now: Date }[]
}

export type Operation = {
  readonly id: string
  readonly project_id: string
  readonly kind: string
  readonly needs_decision: boolean
  readonly state: string
  readonly state_since: Date
  readonly request_identifier: bigint
  readonly coin_id: string | null
  readonly counter_coin_id: string | null
  readonly issuer_id: string
  readonly organization_id: string
  readonly amount: bigint
  readonly sender_amount: bigint
  readonly recipient_amount: bigint
  readonly commission_back: bigint
  /** Of a trade: what the platform has sold and bought. */
  readonly sold_amount: bigint | null
  readonly bought_amount: bigint | null
  readonly rules: PinnedRules
  readonly screening_no: number
  readonly bank_account_id: string | null
  readonly bank_line_id: string | null
  readonly bank_id: string | null
  readonly platform: string | null
  readonly asked_by: string | null
  readonly idempotency_key: string | null
  readonly return_of: string | null
  readonly return_reference: string | null
  readonly reversal_of: string | null
  readonly platform_reference: string | null
  readonly decide_by: Date | null
  readonly attention: string | null
  readonly created_at: Date
  readonly description: string | null
  readonly full_name: string | null
  readonly iban: string | null
  readonly account_number: string | null
}

export type PinnedRules = {
  readonly limits: readonly { limit: string; period: string; add: string; max: string }[]
  readonly screening: { policy: string; provider: string; maxAgeMs: number } | null
  readonly approval: Plan | null
}
export type Plan = {
  readonly rule: string | null
  readonly version: number
  readonly order: 'sequence' | 'together'
  readonly stages: readonly { roles: readonly string[]; approvers: number }[]
  readonly escalation: { afterMs: number; roles: readonly string[] } | null
}

export type Posting = {
  readonly id: bigint
  readonly operation_id: string
  readonly step: string
  readonly type: string
  readonly account_id: string
  readonly issuer_id: string
  readonly amount: bigint
  readonly balance_after: bigint | null
}
export type Balance = {
  readonly account_id: string
  readonly posted: bigint
  readonly held: bigint
  readonly floor: bigint | null
}
export type Account = {
  readonly id: string
  readonly issuer_id: string
  readonly type: string
  readonly strict: boolean
}
export type Hold = {
  readonly operation_id: string
  readonly account_id: string
  readonly amount: bigint
  readonly state: string
  readonly ended_at: Date | null
}
export type Step = {
  readonly operation_id: string
  readonly step: string
  readonly seq: bigint
  readonly outcome: string
  readonly refusal: string | null
  readonly from_state: string
  readonly to_state: string
  readonly actor_id: string | null
  readonly at: Date
}
export type OutboxEvent = {
  readonly id: bigint
  readonly type: string
  readonly operation_id: string
  readonly step: string | null
  readonly from_state: string | null
  readonly to_state: string | null
}
export type AuditRow = {
  readonly project_id: string
  readonly seq: bigint
  readonly actor_id: string | null
  readonly source: string
  readonly action: string
  readonly subject_type: string
  readonly subject_id: string
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly previous_hash: Buffer
  readonly hash: Buffer
  /** What the row says, as the text that was hashed. */
  readonly said: string
}
export type Decision = {
  readonly operation_id: string
  readonly person_id: string
  readonly verb: string
  readonly asked_by: string
  readonly role: string
  readonly on_behalf_of: string | null
  readonly ticket_id: string
  readonly at: Date
}
export type Ticket = {
  readonly id: string
  readonly operation_id: string
  readonly person_id: string
  readonly verb: string
  readonly delivery: string
  readonly outcome: string | null
  readonly valid_until: Date | null
  readonly used_at: Date | null
}
export type Member = { readonly project_id: string; readonly person_id: string; readonly role: string }
export type Delegation = {
  readonly from_person: string
  readonly to_person: string
  readonly from_at: Date
  readonly until_at: Date
  readonly revoked_at: Date | null
}
export type ApprovalVersion = {
  readonly rule_id: string
  readonly version: number
  readonly project_id: string
  readonly active: boolean
  readonly kind: string
  readonly issuer_id: string | null
  readonly from_amount: bigint
  readonly to_amount: bigint | null
  readonly ordering: string
  readonly stages: Plan['stages']
  readonly escalation: Plan['escalation']
  readonly created_at: Date
}
export type Reservation = {
  readonly operation_id: string
  readonly organization_id: string
  readonly limit_id: string
  readonly period: string
  readonly amount: bigint
  readonly given_back: boolean
}
export type LimitUsage = {
  readonly organization_id: string
  readonly limit_id: string
  readonly period: string
  readonly used: bigint
}
export type LimitProfile = {
  readonly id: string
  readonly contract_id: string
  readonly flow: string
  readonly issuer_id: string | null
  readonly qualifier: string
  readonly time_unit: string
  readonly value: bigint
  readonly created_at: Date
}
export type Screening = {
  readonly operation_id: string
  readonly n: number
  readonly verdict: string | null
  readonly answered_at: Date | null
}
export type Policy = {
  readonly id: string
  readonly project_id: string
  readonly kinds: readonly string[]
  readonly issuer_id: string | null
  readonly from_amount: bigint | null
  readonly updated_at: Date
}
export type PlatformAnswer = {
  readonly operation_id: string
  readonly call: string
  readonly kind: string
  readonly platform_reference: string | null
  readonly created_at: Date
}
export type Inbox = {
  readonly id: string
  readonly platform: string
  readonly event_id: string
  readonly amount: string | null
  readonly currency: string | null
  readonly type: string
  readonly reference: string
  readonly operation_id: string | null
  readonly outcome: string | null
  readonly handled_at: Date | null
}
export type BankLine = {
  readonly id: string
  readonly project_id: string
  readonly bank_id: string
  readonly reference: string | null
  readonly issuer_id: string
  readonly amount: bigint
  readonly brought_by: string
  readonly operation_id: string | null
  readonly settled_at: Date | null
}
export type BankAccount = {
  readonly id: string
  readonly coin_id: string
  readonly iban: string | null
  readonly account_number: string | null
  readonly status: string
}
export type Coin = {
  readonly id: string
  readonly serial: string
  readonly issuer_id: string
  readonly organization_id: string
  /** The platform that keeps its balance, and what it calls the account. */
  readonly platform_id: string | null
  readonly platform_account: string | null
}
export type Organization = {
  readonly id: string
  readonly project_id: string
  readonly type: string
  readonly contract_id: string | null
  readonly frozen_at: Date | null
}
export type Break = {
  readonly id: string
  readonly part: string
  readonly kind: string
  readonly subject: string
  readonly state: string
  readonly ours: string | null
  readonly theirs: string | null
}
export type Issuer = {
  readonly id: string
  readonly project_id: string
  readonly code: string
  readonly fraction: number
}
export type Contract = {
  readonly id: string
  readonly project_id: string
  readonly organization_type: string
  readonly person_type: string
  readonly active: boolean
  readonly global: boolean
}
/** One condition with the rule and the profile that it belongs to. */
export type CommissionTerm = {
  readonly contract_id: string
  readonly profile_id: string
  readonly flow: string
  readonly issuer_id: string | null
  readonly src_person_type: string | null
  readonly dest_person_type: string | null
  readonly rule_id: string
  readonly begins_at: Date
  readonly ends_at: Date | null
  readonly direction: string
  readonly begin_amount: bigint
  readonly end_amount: bigint | null
  readonly type: string
  readonly fixed: bigint
  /** Exact decimal text. */
  readonly percent: string
}

/** A payout as it stands at the bank, in the bank's own words. */
export type BankEntry = {
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly creditor: { fullName: string; iban?: string; accountNumber?: string }
  readonly status: 'pending' | 'confirmed' | 'refused' | 'returned'
  readonly bankReference?: string
  readonly return?: { returnReference: string; amount: string; currency: string }
}

/** What the platform has of orders and of movements, in its own words; amounts are plain decimals. */
export type HeldBook = { readonly orders: readonly HeldOrder[]; readonly entries: readonly HeldEntry[] }
export type HeldOrder = {
  readonly reference: string
  readonly type: string
  readonly account: string
  readonly currency: string
  readonly amount: string
  readonly status: 'pending' | 'confirmed' | 'refused'
  readonly bankReference?: string
}
export type HeldEntry = {
  readonly entryId: string
  /** The customer's; null where the platform did it by itself. */
  readonly reference: string | null
  readonly account: string
  readonly currency: string
  /** Negative where it went out. */
  readonly amount: string
}

/** The latest run of a workflow. */
export type WorkflowRun = {
  readonly id: string
  readonly status: string
  /** The state in which its own verdict says that the operation ended; undefined while it runs. */
  readonly endState?: string | null
  /** What its history says, payloads decoded; of a sample of them. */
  readonly words: readonly string[]
}
