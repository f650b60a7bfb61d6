-- What the migrations make, for people to read. Written by db/dump-schema.ts; a test says that it is true.

set check_function_bodies = off;

-- Sequences

create sequence coin_numbers start 1;
create sequence request_identifiers start 100001;

-- Tables

create table accounts (
  id text not null,
  project_id text not null,
  uid bigint generated always as identity not null,
  type text,
  external_id text,
  organization_id text not null,
  active boolean default false not null,
  own boolean default false not null,
  created_by text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table approval_rule_changes (
  id text not null,
  project_id text not null,
  rule_id text not null,
  action text not null,
  base_version integer not null,
  proposed jsonb,
  issuer_id text,
  reason text,
  state text default 'pending'::text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone default now() not null,
  decided_by text,
  decided_at timestamp with time zone,
  decision_reason text
);

create table approval_rule_versions (
  rule_id text not null,
  version integer not null,
  project_id text not null,
  active boolean not null,
  kind text not null,
  issuer_id text,
  from_amount numeric(38,0) not null,
  to_amount numeric(38,0),
  ordering text not null,
  stages jsonb not null,
  expires_after_ms bigint,
  escalation jsonb,
  change_id text not null,
  created_at timestamp with time zone default now() not null
);

create table approval_rules (
  id text not null,
  project_id text not null,
  version integer not null,
  active boolean not null,
  kind text not null,
  issuer_id text,
  from_amount numeric(38,0) not null,
  to_amount numeric(38,0),
  ordering text not null,
  stages jsonb not null,
  expires_after_ms bigint,
  escalation jsonb,
  change_id text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table audit_heads (
  project_id text not null,
  seq bigint default 0 not null,
  hash bytea default '\x'::bytea not null
);

create table audit_rows (
  project_id text not null,
  seq bigint not null,
  at timestamp with time zone not null,
  actor_id text,
  source text not null,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null
);

create table balances (
  account_id text not null,
  shard integer not null,
  project_id text not null,
  issuer_id text not null,
  strict boolean not null,
  posted numeric(38,0) default 0 not null,
  held numeric(38,0) default 0 not null,
  floor numeric(38,0),
  active boolean default true not null,
  version bigint default 0 not null
);

create table bank_accounts (
  id text not null,
  project_id text not null,
  coin_id text not null,
  person_id text not null,
  made_by text not null,
  bank_id text not null,
  full_name text not null,
  iban text,
  account_number text,
  is_default boolean default false not null,
  status text not null,
  decided_by text,
  reason text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  pool boolean default false not null
);

create table bank_lines (
  id text not null,
  project_id text not null,
  bank_id text not null,
  reference text,
  issuer_id text not null,
  amount numeric(38,0) not null,
  booked_at timestamp with time zone,
  text text,
  sender_name text,
  sender_iban text,
  brought_by text not null,
  operation_id text,
  settled_at timestamp with time zone,
  created_at timestamp with time zone default now() not null
);

create table banks (
  id text not null,
  project_id text not null,
  name text not null,
  address text,
  bic text not null,
  swift text not null,
  city text,
  country text,
  zip_code text,
  platform text,
  created_at timestamp with time zone default now() not null
);

create table book_accounts (
  id text not null,
  project_id text not null,
  issuer_id text not null,
  type text not null,
  usage text not null,
  technical boolean not null,
  strict boolean not null,
  created_at timestamp with time zone default now() not null
);

create table breaks (
  id text not null,
  project_id text not null,
  part text not null,
  kind text not null,
  subject text not null,
  ours text,
  theirs text,
  about_at timestamp with time zone,
  state text default 'open'::text not null,
  first_seen timestamp with time zone default now() not null,
  last_seen timestamp with time zone default now() not null,
  last_run text,
  reason text,
  proposed_by text,
  proposed_at timestamp with time zone,
  resolved_by text,
  resolved_at timestamp with time zone
);

create table coins (
  id text not null,
  project_id text not null,
  organization_id text not null,
  issuer_id text not null,
  serial text not null,
  name text not null,
  type text default 'client'::text not null,
  main boolean default false not null,
  blocked boolean default false not null,
  created_by text,
  created_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  blocked_at timestamp with time zone,
  blocked_by text,
  blocked_reason text,
  blocked_description text,
  uid bigint generated always as identity not null,
  account_id text not null,
  switched_on boolean default true not null,
  external_id text,
  address text,
  bank_id text,
  platform_id text,
  platform_account text,
  platform_balance numeric(38,0),
  platform_balance_at timestamp with time zone,
  synced_to timestamp with time zone,
  synced_at timestamp with time zone
);

create table commission_conditions (
  id text not null,
  project_id text not null,
  rule_id text not null,
  begin_amount numeric(38,0) not null,
  end_amount numeric(38,0),
  type text not null,
  fixed numeric(38,0) default 0 not null,
  percent numeric(9,6) default 0 not null
);

create table commission_profiles (
  id text not null,
  project_id text not null,
  contract_id text not null,
  flow text not null,
  issuer_id text,
  src_person_type text,
  dest_person_type text,
  created_at timestamp with time zone default now() not null
);

create table commission_rules (
  id text not null,
  project_id text not null,
  profile_id text not null,
  begins_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  direction text not null,
  active boolean not null,
  created_at timestamp with time zone default now() not null
);

create table configuration_items (
  id text not null,
  project_id text not null,
  section text not null,
  label text not null,
  name text not null,
  details jsonb not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table contracts (
  id text not null,
  project_id text not null,
  name text not null,
  description text,
  organization_type text not null,
  person_type text not null,
  active boolean default true not null,
  global boolean default false not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table currencies (
  id text not null,
  project_id text not null,
  code text not null,
  digital_code text not null,
  symbol text not null,
  name text not null,
  description text,
  sn_prefix text,
  fraction integer not null,
  kind text default 'fiat'::text not null,
  active boolean default true not null,
  is_main boolean default false not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table decisions (
  operation_id text not null,
  person_id text not null,
  verb text not null,
  project_id text not null,
  asked_by text not null,
  role text not null,
  on_behalf_of text,
  ticket_id text not null,
  at timestamp with time zone default now() not null
);

create table delegations (
  id text not null,
  project_id text not null,
  from_person text not null,
  to_person text not null,
  from_at timestamp with time zone not null,
  until_at timestamp with time zone not null,
  reason text,
  created_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone
);

create table export_pages (
  export_id text not null,
  page integer not null,
  project_id text not null,
  records jsonb not null
);

create table exports (
  id text not null,
  project_id text not null,
  asked_by text not null,
  subject text not null,
  organization_id text,
  filter jsonb not null,
  state text default 'pending'::text not null,
  row_count bigint default 0 not null,
  page_count integer default 0 not null,
  is_capped boolean default false not null,
  cursor_at timestamp with time zone default now() not null,
  cursor_id text,
  created_at timestamp with time zone default now() not null,
  completed_at timestamp with time zone
);

create table first_answers (
  operation_id text not null,
  project_id text not null,
  answer jsonb not null,
  created_at timestamp with time zone default now() not null
);

create table holds (
  operation_id text not null,
  project_id text not null,
  account_id text not null,
  amount numeric(38,0) not null,
  state text not null,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone
);

create table import_faults (
  import_id text not null,
  line integer not null,
  field text not null,
  project_id text not null,
  code text not null,
  message text not null
);

create table import_keys (
  import_id text not null,
  key text not null,
  project_id text not null,
  line integer not null,
  fingerprint text not null
);

create table import_pages (
  import_id text not null,
  upload text not null,
  page integer not null,
  project_id text not null,
  records jsonb not null,
  bad integer[] default '{}'::integer[] not null,
  same integer[] default '{}'::integer[] not null,
  made jsonb
);

create table imports (
  id text not null,
  project_id text not null,
  asked_by text not null,
  kind text not null,
  format text not null,
  mode text not null,
  state text default 'awaiting_file'::text not null,
  upload text,
  sha256 text,
  same_as text,
  row_count bigint default 0 not null,
  page_count integer default 0 not null,
  validated bigint default 0 not null,
  bad bigint default 0 not null,
  applied bigint default 0 not null,
  unchanged bigint default 0 not null,
  faults_kept integer default 0 not null,
  validate_page integer default 0 not null,
  apply_page integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  received_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  cleared_at timestamp with time zone
);

create table inbox (
  id text not null,
  project_id text not null,
  platform text not null,
  event_id text not null,
  type text not null,
  reference text not null,
  operation_id text,
  outcome text,
  created_at timestamp with time zone default now() not null,
  handled_at timestamp with time zone,
  amount text,
  currency text
);

create table issuers (
  id text not null,
  project_id text not null,
  currency_id text not null,
  sn bigint generated always as identity not null,
  sn_prefix text not null,
  name text not null,
  description text,
  active boolean default true not null,
  order_number integer,
  order_quote integer,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table limit_profiles (
  id text not null,
  project_id text not null,
  contract_id text not null,
  flow text not null,
  issuer_id text,
  qualifier text not null,
  time_unit text not null,
  value numeric(38,0) not null,
  active boolean not null,
  created_at timestamp with time zone default now() not null
);

create table limit_reservations (
  operation_id text not null,
  limit_id text not null,
  period text not null,
  project_id text not null,
  organization_id text not null,
  amount numeric(38,0) not null,
  given_back boolean default false not null
);

create table limit_usage (
  organization_id text not null,
  limit_id text not null,
  period text not null,
  project_id text not null,
  used numeric(38,0) default 0 not null
);

create table login_attempts (
  login_hash bytea not null,
  failed integer not null,
  failed_at timestamp with time zone not null
);

create table members (
  id text not null,
  project_id text not null,
  person_id text not null,
  organization_id text not null,
  role text not null,
  name text,
  email text,
  phone text,
  email_verified boolean default false not null,
  phone_verified boolean default false not null,
  active boolean default true not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table messages (
  id bigint generated always as identity not null,
  project_id text not null,
  recipient text not null,
  channel text not null,
  subject text not null,
  text text,
  code text,
  created_at timestamp with time zone default now() not null,
  wire_id uuid default gen_random_uuid() not null,
  sealed bytea,
  due_at timestamp with time zone,
  deliver_by timestamp with time zone,
  attempts integer default 0 not null,
  sent_at timestamp with time zone,
  given_up_at timestamp with time zone,
  last_error text
);

create table notes (
  id text not null,
  project_id text not null,
  user_id text,
  operation_id text,
  note text not null,
  made_by text not null,
  created_at timestamp with time zone default now() not null
);

create table one_time_codes (
  login text not null,
  project_id text not null,
  code_hash text not null,
  tries_left integer not null,
  sends integer default 1 not null,
  window_started_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  payload jsonb,
  purpose text default 'registration'::text not null,
  step text
);

create table operation_parties (
  operation_id text not null,
  project_id text not null,
  full_name text,
  iban text,
  account_number text,
  description text,
  bank_details jsonb
);

create table operations (
  id text not null,
  project_id text not null,
  kind text not null,
  needs_decision boolean not null,
  state text not null,
  state_since timestamp with time zone default now() not null,
  request_identifier bigint default nextval('request_identifiers'::regclass) not null,
  coin_id text,
  counter_coin_id text,
  issuer_id text not null,
  organization_id text not null,
  amount numeric(38,0) not null,
  sender_amount numeric(38,0) not null,
  recipient_amount numeric(38,0) not null,
  commission numeric(38,0) generated always as ((sender_amount - recipient_amount)) stored,
  rules jsonb default '{"limits": [], "approval": null, "screening": null}'::jsonb not null,
  screening_no integer default 0 not null,
  screened_at timestamp with time zone,
  bank_account_id text,
  bank_line_id text,
  bank_id text,
  platform text,
  asked_by text,
  idempotency_key text,
  body_hash bytea,
  return_of text,
  return_reference text,
  reversal_of text,
  commission_back numeric(38,0) default 0 not null,
  platform_reference text,
  platform_at timestamp with time zone,
  sold_amount numeric(38,0),
  bought_amount numeric(38,0),
  refusal text,
  reason text,
  decide_by timestamp with time zone,
  attention text,
  attention_since timestamp with time zone,
  registered_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table order_sends (
  operation_id text not null,
  send integer not null,
  project_id text not null,
  at timestamp with time zone default now() not null
);

create table organizations (
  id text not null,
  project_id text not null,
  type text not null,
  name text not null,
  identification_status text default 'none'::text not null,
  legal_type text,
  referral_link text,
  created_at timestamp with time zone default now() not null,
  contract_id text,
  frozen_at timestamp with time zone,
  frozen_reason text,
  frozen_description text,
  frozen_by text,
  unfrozen_by text
);

create table people (
  id text not null,
  login text not null,
  password_hash text,
  created_at timestamp with time zone default now() not null,
  two_step text default 'none'::text not null
);

create table person_projects (
  person_id text not null,
  project_id text not null,
  is_default boolean default false not null
);

create table platform_answers (
  id bigint generated always as identity not null,
  project_id text not null,
  operation_id text not null,
  call text not null,
  kind text not null,
  platform_reference text,
  reason text,
  created_at timestamp with time zone default now() not null
);

create table platform_entries (
  platform_id text not null,
  account text not null,
  currency text not null,
  entry_id text not null,
  project_id text not null,
  operation_id text not null,
  amount numeric(38,0) not null,
  at timestamp with time zone not null,
  seen_at timestamp with time zone default now() not null
);

create table platform_orders (
  operation_id text not null,
  project_id text not null,
  platform_id text not null,
  account text not null,
  currency text not null,
  before jsonb,
  opened_at timestamp with time zone default clock_timestamp() not null,
  ended_at timestamp with time zone
);

create table platforms (
  id text not null,
  project_id text not null,
  label text not null,
  name text not null,
  urls jsonb not null,
  credentials jsonb not null,
  data_key bytea not null,
  key_id text not null,
  version integer default 1 not null,
  created_by text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  removed_at timestamp with time zone
);

create table postings (
  id bigint generated always as identity not null,
  project_id text not null,
  operation_id text not null,
  step text not null,
  leg integer not null,
  type text not null,
  account_id text not null,
  issuer_id text not null,
  amount numeric(38,0) not null,
  balance_after numeric(38,0),
  created_at timestamp with time zone default now() not null
);

create table project_of (
  id text not null,
  project_id text not null
);

create table projects (
  id text not null,
  key text not null,
  name text not null,
  time_zone text default 'UTC'::text not null,
  decision_expires_ms bigint default 604800000 not null,
  created_at timestamp with time zone default now() not null,
  clients_need_otp boolean default false not null,
  staff_need_otp boolean default false not null
);

create table reconciliation_runs (
  id text not null,
  project_id text not null,
  asked_by text,
  opened_for text,
  state text default 'running'::text not null,
  parts jsonb default '{}'::jsonb not null,
  tries integer default 0 not null,
  found integer default 0 not null,
  vanished integer default 0 not null,
  started_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone
);

create table schema_migrations (
  name text not null,
  sha256 text not null,
  at timestamp with time zone default now() not null
);

create table screening_entries (
  id text not null,
  project_id text not null,
  list_id text not null,
  name text not null,
  aliases text[] default '{}'::text[] not null,
  kind text not null,
  country text,
  created_at timestamp with time zone default now() not null
);

create table screening_lists (
  id text not null,
  project_id text not null,
  name text not null,
  description text,
  on_match text not null,
  match_from integer not null,
  near_from integer not null,
  active boolean default true not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table screening_policies (
  id text not null,
  project_id text not null,
  name text not null,
  kinds text[] not null,
  issuer_id text,
  from_amount numeric(38,0),
  provider text not null,
  max_age_ms bigint not null,
  patience_ms bigint default 120000 not null,
  active boolean default true not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table screening_rules (
  id text not null,
  project_id text not null,
  name text not null,
  type text not null,
  kinds text[] not null,
  verdict text not null,
  issuer_id text,
  from_amount numeric(38,0),
  from_count integer,
  window_hours integer,
  countries text[],
  active boolean default true not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table screening_versions (
  project_id text not null,
  version bigint not null
);

create table screenings (
  operation_id text not null,
  n integer not null,
  project_id text not null,
  provider text not null,
  verdict text,
  reasons text[] default '{}'::text[] not null,
  started_at timestamp with time zone default now() not null,
  answered_at timestamp with time zone
);

create table steps (
  operation_id text not null,
  step text not null,
  project_id text not null,
  seq bigint generated always as identity not null,
  outcome text not null,
  refusal text,
  from_state text not null,
  to_state text not null,
  actor_id text,
  at timestamp with time zone default now() not null
);

create table stray_workflows (
  id bigint generated always as identity not null,
  workflow_id text not null,
  run_id text not null,
  what text not null,
  at timestamp with time zone default now() not null
);

create table tickets (
  id text not null,
  project_id text not null,
  operation_id text not null,
  person_id text not null,
  verb text not null,
  delivery text not null,
  shown jsonb not null,
  detail jsonb,
  valid_until timestamp with time zone,
  outcome text,
  refusal text,
  created_at timestamp with time zone default now() not null,
  used_at timestamp with time zone,
  deliveries integer default 0 not null,
  deliver_at timestamp with time zone default now() not null,
  heard_at timestamp with time zone
);

create table tokens (
  token_hash bytea not null,
  person_id text not null,
  project_id text not null,
  member_id text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null
);

create table totp_recovery_codes (
  person_id text not null,
  code_hash bytea not null
);

create table totp_secrets (
  person_id text not null,
  sealed bytea not null,
  confirmed_at timestamp with time zone,
  last_step bigint default 0 not null,
  created_at timestamp with time zone default now() not null
);

create table wallets (
  id text not null,
  project_id text not null,
  coin_id text not null,
  network text not null,
  address text not null,
  created_by text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

-- Types

create type audit_entry as (
  actor text,
  source text,
  action text,
  subject_type text,
  subject_id text,
  before jsonb,
  after jsonb
);

create type held_balance as (
  account text,
  issuer text,
  posted numeric,
  held numeric,
  floor numeric,
  active boolean
);

create type operation_names as (
  coin text,
  counter_coin text,
  issuer text,
  organization text,
  asked_by text,
  kind text
);

create type step_entry as (
  ord integer,
  leg integer,
  side integer,
  type text,
  account text,
  posted numeric,
  held numeric,
  issuer text
);

create type step_work as (
  ord integer,
  operation text,
  step text,
  kind text,
  fresh boolean,
  body jsonb,
  outcome text,
  refusal text,
  from_state text,
  to_state text,
  now_state text,
  person text,
  ticket text,
  verb text,
  stored boolean,
  decide_by timestamp with time zone,
  organization text,
  asked_by text,
  issuer text,
  amount numeric
);

-- Views

create view account_balances with (security_invoker=true) as
 SELECT account_id,
    project_id,
    sum(posted) AS posted,
    sum(held) AS held,
    bool_and(active) AS active
   FROM balances
  GROUP BY account_id, project_id;
create view account_names with (security_invoker=true) as
 SELECT a.id,
    COALESCE(k.serial, a.id) AS serial,
    k.name,
    a.type,
    a.technical,
    k.organization_id,
    g.name AS organization_name,
    i.id AS issuer_id,
    (i.sn)::text AS issuer_sn,
    c.code,
    c.symbol,
    c.fraction
   FROM ((((book_accounts a
     CROSS JOIN LATERAL ( SELECT issuers.id,
            issuers.project_id,
            issuers.currency_id,
            issuers.sn,
            issuers.sn_prefix,
            issuers.name,
            issuers.description,
            issuers.active,
            issuers.order_number,
            issuers.order_quote,
            issuers.created_at,
            issuers.updated_at
           FROM issuers
          WHERE (issuers.id = a.issuer_id)
         LIMIT 1) i)
     CROSS JOIN LATERAL ( SELECT currencies.id,
            currencies.project_id,
            currencies.code,
            currencies.digital_code,
            currencies.symbol,
            currencies.name,
            currencies.description,
            currencies.sn_prefix,
            currencies.fraction,
            currencies.kind,
            currencies.active,
            currencies.is_main,
            currencies.created_at,
            currencies.updated_at
           FROM currencies
          WHERE (currencies.id = i.currency_id)
         LIMIT 1) c)
     LEFT JOIN LATERAL ( SELECT coins.id,
            coins.project_id,
            coins.organization_id,
            coins.issuer_id,
            coins.serial,
            coins.name,
            coins.type,
            coins.main,
            coins.blocked,
            coins.created_by,
            coins.created_at,
            coins.closed_at,
            coins.blocked_at,
            coins.blocked_by,
            coins.blocked_reason,
            coins.blocked_description
           FROM coins
          WHERE (coins.id = a.id)
         LIMIT 1) k ON (true))
     LEFT JOIN LATERAL ( SELECT organizations.id,
            organizations.project_id,
            organizations.type,
            organizations.name,
            organizations.identification_status,
            organizations.legal_type,
            organizations.referral_link,
            organizations.created_at,
            organizations.contract_id,
            organizations.frozen_at,
            organizations.frozen_reason,
            organizations.frozen_description,
            organizations.frozen_by,
            organizations.unfrozen_by
           FROM organizations
          WHERE (organizations.id = k.organization_id)
         LIMIT 1) g ON (true));
create view binding_contracts with (security_invoker=true) as
 SELECT g.id AS organization_id,
    COALESCE(own.id, common.id) AS contract_id,
    COALESCE(own.person_type, common.person_type) AS person_type
   FROM ((organizations g
     LEFT JOIN LATERAL ( SELECT contracts.id,
            contracts.project_id,
            contracts.name,
            contracts.description,
            contracts.organization_type,
            contracts.person_type,
            contracts.active,
            contracts.global,
            contracts.created_at,
            contracts.updated_at
           FROM contracts
          WHERE ((contracts.id = g.contract_id) AND contracts.active)
         LIMIT 1) own ON (true))
     LEFT JOIN contracts common ON (((g.contract_id IS NULL) AND (common.project_id = g.project_id) AND common.global AND common.active AND (common.person_type = 'base'::text) AND (common.organization_type =
        CASE g.type
            WHEN 'merchant'::text THEN 'merchant'::text
            ELSE 'individual'::text
        END))));
create view coin_facts with (security_invoker=true) as
 SELECT k.id,
    k.serial,
    k.organization_id,
    g.type AS organization_type,
    k.issuer_id,
    (i.sn)::text AS issuer_sn,
    c.code,
    c.symbol,
    c.fraction,
    k.platform_id
   FROM (((coins k
     CROSS JOIN LATERAL ( SELECT issuers.id,
            issuers.project_id,
            issuers.currency_id,
            issuers.sn,
            issuers.sn_prefix,
            issuers.name,
            issuers.description,
            issuers.active,
            issuers.order_number,
            issuers.order_quote,
            issuers.created_at,
            issuers.updated_at
           FROM issuers
          WHERE (issuers.id = k.issuer_id)
         LIMIT 1) i)
     CROSS JOIN LATERAL ( SELECT currencies.id,
            currencies.project_id,
            currencies.code,
            currencies.digital_code,
            currencies.symbol,
            currencies.name,
            currencies.description,
            currencies.sn_prefix,
            currencies.fraction,
            currencies.kind,
            currencies.active,
            currencies.is_main,
            currencies.created_at,
            currencies.updated_at
           FROM currencies
          WHERE (currencies.id = i.currency_id)
         LIMIT 1) c)
     CROSS JOIN LATERAL ( SELECT organizations.id,
            organizations.project_id,
            organizations.type,
            organizations.name,
            organizations.identification_status,
            organizations.legal_type,
            organizations.referral_link,
            organizations.created_at,
            organizations.contract_id,
            organizations.frozen_at,
            organizations.frozen_reason,
            organizations.frozen_description,
            organizations.frozen_by,
            organizations.unfrozen_by
           FROM organizations
          WHERE (organizations.id = k.organization_id)
         LIMIT 1) g);
create view outbox_events with (security_invoker=true) as
 SELECT s.seq AS id,
    s.project_id,
    ((o.kind || '.'::text) || s.to_state) AS type,
    s.operation_id,
    jsonb_build_object('operation', s.operation_id, 'step', s.step, 'from', s.from_state, 'to', s.to_state, 'refusal', s.refusal) AS payload,
    s.at AS created_at
   FROM (steps s
     JOIN operations o ON ((o.id = s.operation_id)))
  WHERE (s.from_state <> s.to_state);
create view shown_operations with (security_invoker=true) as
 SELECT o.id,
    o.project_id,
    o.kind,
    o.needs_decision,
    o.state,
    o.state_since,
    o.request_identifier,
    o.coin_id,
    o.counter_coin_id,
    o.issuer_id,
    o.organization_id,
    o.amount,
    o.sender_amount,
    o.recipient_amount,
    o.commission,
    o.rules,
    o.screening_no,
    o.screened_at,
    o.bank_account_id,
    o.bank_line_id,
    o.bank_id,
    o.platform,
    o.asked_by,
    o.idempotency_key,
    o.body_hash,
    o.return_of,
    o.return_reference,
    o.reversal_of,
    o.commission_back,
    o.platform_reference,
    o.platform_at,
    o.sold_amount,
    o.bought_amount,
    o.refusal,
    o.reason,
    o.decide_by,
    o.attention,
    o.attention_since,
    o.registered_at,
    o.created_at,
    o.updated_at,
    c.currency_code,
    c.fraction,
    c.symbol,
    c.issuer_sn,
    p.full_name,
    p.iban,
    p.account_number,
    p.description,
    p.bank_details,
    b.bic,
    b.swift,
    b.name AS bank_name,
    b.address AS bank_address,
    b.city AS bank_city,
    b.zip_code AS bank_zip_code,
    b.country AS bank_country,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('operation_id', f.operation_id, 'step', f.step, 'leg', f.leg, 'id', (f.id)::text, 'type', f.type, 'amount', (t.amount)::text, 'from_account', f.account_id, 'to_account', t.account_id, 'created_at', f.created_at) ORDER BY f.id), '[]'::jsonb) AS "coalesce"
           FROM (postings f
             JOIN postings t ON (((t.operation_id = f.operation_id) AND (t.step = f.step) AND (t.leg = f.leg) AND (t.amount > (0)::numeric))))
          WHERE ((f.operation_id = o.id) AND (f.amount < (0)::numeric))) AS legs,
    ( SELECT COALESCE(jsonb_agg(x.id ORDER BY x.created_at), '[]'::jsonb) AS "coalesce"
           FROM ( SELECT r.id,
                    r.created_at
                   FROM operations r
                  WHERE (r.return_of = o.id)
                UNION ALL
                 SELECT r.id,
                    r.created_at
                   FROM operations r
                  WHERE (r.reversal_of = o.id)) x) AS children,
    ( SELECT COALESCE(jsonb_agg(to_jsonb(n.*)), '[]'::jsonb) AS "coalesce"
           FROM account_names n
          WHERE (n.id = ANY (ARRAY( SELECT o.coin_id
                UNION
                 SELECT o.counter_coin_id
                UNION
                 SELECT q.account_id
                   FROM postings q
                  WHERE (q.operation_id = o.id))))) AS names,
    ( SELECT f.answer
           FROM first_answers f
          WHERE (f.operation_id = o.id)) AS answer
   FROM (((operations o
     CROSS JOIN LATERAL ( SELECT i.sn AS issuer_sn,
            c_1.code AS currency_code,
            c_1.fraction,
            c_1.symbol
           FROM (issuers i
             JOIN currencies c_1 ON ((c_1.id = i.currency_id)))
          WHERE (i.id = o.issuer_id)
         LIMIT 1) c)
     LEFT JOIN LATERAL ( SELECT operation_parties.operation_id,
            operation_parties.project_id,
            operation_parties.full_name,
            operation_parties.iban,
            operation_parties.account_number,
            operation_parties.description,
            operation_parties.bank_details
           FROM operation_parties
          WHERE (operation_parties.operation_id = o.id)
         LIMIT 1) p ON (true))
     LEFT JOIN LATERAL ( SELECT banks.id,
            banks.project_id,
            banks.name,
            banks.address,
            banks.bic,
            banks.swift,
            banks.city,
            banks.country,
            banks.zip_code,
            banks.platform,
            banks.created_at
           FROM banks
          WHERE (banks.id = o.bank_id)
         LIMIT 1) b ON (true));

-- Functions

CREATE OR REPLACE FUNCTION public.account_in_use(account text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  unfinished text[] := array['received', 'limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown',
    'awaiting_reference'];
begin
  return exists (select 1 from balances where account_id = account and held <> 0)
    or exists (select 1 from operations where coin_id = account and state = any(unfinished))
    or exists (select 1 from operations where counter_coin_id = account and state = any(unfinished));
end $function$;

CREATE OR REPLACE FUNCTION public.append_audit(project text, rows jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform append_entries(project, array(
    select row(e ->> 'actor', e ->> 'source', e ->> 'action', e ->> 'subjectType', e ->> 'subjectId', e -> 'before', e -> 'after')::audit_entry
      from jsonb_array_elements(rows) with ordinality r (e, ord) order by ord));
end $function$;

CREATE OR REPLACE FUNCTION public.append_entries(project text, entries audit_entry[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  head audit_heads;
  at timestamptz;
  e audit_entry;
  fresh audit_rows;
  rows audit_rows[];
begin
  perform set_config('sluice.project', project, true);
  select * into head from audit_heads where project_id = project for update;
  if not found then
    insert into audit_heads (project_id) values (project) on conflict do nothing;
    select * into head from audit_heads where project_id = project for update;
  end if;
  -- Under the lock, so that time never runs backwards along the chain.
  at := clock_timestamp();
  foreach e in array entries loop
    head.seq := head.seq + 1;
    fresh := row(project, head.seq, at, e.actor, e.source, e.action, e.subject_type, e.subject_id,
      nullif(e.before, 'null'::jsonb), nullif(e.after, 'null'::jsonb), head.hash, '\x'::bytea)::audit_rows;
    head.hash := sha256(head.hash || convert_to(audit_text(fresh), 'UTF8'));
    fresh.hash := head.hash;
    rows := rows || fresh;
  end loop;
  insert into audit_rows select * from unnest(rows);
  update audit_heads set seq = head.seq, hash = head.hash where project_id = project;
end $function$;

CREATE OR REPLACE FUNCTION public.append_only(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('create trigger append_only before update or delete on %s for each row execute function refuse_change()', target);
  execute format('create trigger no_truncate before truncate on %s for each statement execute function refuse_change()', target);
end $function$;

CREATE OR REPLACE FUNCTION public.apply_steps(project text, steps jsonb, source text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
declare
  scope text := set_config('sluice.project', project, true);
  births boolean := jsonb_path_exists(steps, '$[*].create');
  moves boolean := jsonb_path_exists(steps, '$[*] ? (!exists(@.create))');
  lines boolean := jsonb_path_exists(steps, '$[*].line');
  otherwise boolean := jsonb_path_exists(steps, '$[*].otherwise');
  limits boolean := jsonb_path_exists(steps, '$[*] ? (exists(@.limits) || exists(@.releaseLimits))');
  freezes boolean := jsonb_path_exists(steps, '$[*].freeze');
  known int[];
  taken int[];
  work step_work[];
  entries step_entry[] := step_entries(steps);
  actives text[] := array(select jsonb_array_elements_text(jsonb_path_query_array(steps, '$[*].active[*]')));
  -- Places: account → where its balance stands; accounts that are not strict have none.
  held record;
  found record;
  audit audit_entry[];
begin
  if births then
    select b.known, b.taken into known, taken from find_born(project, steps) b;
    moves := moves or known is not null;
  end if;
  if moves or lines then
    perform lock_operations(steps);
  end if;
  if limits then
    perform lock_limits(project, steps);
  end if;
  if freezes then
    perform lock_organizations(steps);
    -- All of the client's coins, in the one order: no step that does not know of the freeze is under way when it is answered.
    actives := actives || coins_of_clients(steps);
  end if;
  held := lock_balances(entries, actives);
  work := judge_steps(steps, known || taken, held.inactive, find_frozen(actives));
  -- What goes over a limit, or is not let through, moves other things than it was to move.
  if limits or otherwise then
    entries := step_entries((select jsonb_agg(w.body order by w.ord) from unnest(work) w));
  end if;
  found := survey(entries, work, held.balances, held.places);
  if found.stray is not null then
    raise exception 'account % is of another issuer than the operation that moves it', found.stray using errcode = 'SL012';
  end if;
  if found.risky then
    work := refuse_overdrafts(work, entries, held.balances, held.places);
  end if;
  if jsonb_path_exists(steps, '$[*] ? (@.to == "awaiting_decision" || @.to == "limited" || exists(@.overLimit))') then
    work := set_decide_by(project, work);
  end if;
  if births then
    perform insert_operations(project, work);
  end if;
  if moves then
    perform update_operations(work);
  end if;
  if jsonb_path_exists(steps, '$[*].verb') then
    perform write_decisions(project, work);
  end if;
  if limits then
    perform write_limits(project, work);
  end if;
  if lines then
    perform write_lines(project, work);
  end if;
  if jsonb_path_exists(steps, '$[*] ? (exists(@.hold) || exists(@.overLimit))') then
    perform write_holds(project, work);
  end if;
  if entries is not null then
    perform write_book(project, work, entries, held.balances, held.places, found.spread);
  end if;
  perform write_steps(project, work);
  audit := step_audit(work, source);
  if freezes then
    audit := audit || freeze_clients(project, work, source);
  end if;
  if audit is not null then
    perform append_entries(project, audit);
  end if;
  return step_answers(work);
end $function$;

CREATE OR REPLACE FUNCTION public.audit_hash(entry audit_rows)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select sha256(entry.previous_hash || convert_to(audit_text(entry), 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION public.audit_text(entry audit_rows)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
begin
  return jsonb_build_array(entry.project_id, entry.seq, extract(epoch from entry.at)::numeric(20, 6)::text, entry.actor_id, entry.source,
    entry.action, entry.subject_type, entry.subject_id, entry.before, entry.after)::text;
end $function$;

CREATE OR REPLACE FUNCTION public.authenticate(hashes bytea[])
 RETURNS TABLE(token_hash bytea, project_id text, person_id text, member_id text, organization_id text, role text, login text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  project text;
begin
  for project in select distinct t.project_id from tokens t where t.token_hash = any(hashes) and t.expires_at > now() loop
    perform set_config('sluice.project', project, true);
    return query select t.token_hash, t.project_id, p.id, m.id, m.organization_id, m.role, p.login
      from tokens t cross join lateral (select * from members where id = t.member_id and active limit 1) m
        cross join lateral (select * from people where id = m.person_id limit 1) p
      where t.token_hash = any(hashes) and t.expires_at > now() and t.project_id = project;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.await_steps_of(project text, organization text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  perform 1 from balances b where b.shard = 0 and b.account_id = any(array(select id from coins where organization_id = organization))
    order by b.account_id for update;
end $function$;

CREATE OR REPLACE FUNCTION public.close_account(project text, account text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  perform 1 from balances where account_id = account for update;
  if account_in_use(account) or exists (select 1 from balances where account_id = account and posted <> 0) then
    return false;
  end if;
  update coins set closed_at = now() where id = account and closed_at is null;
  if not found then
    return false;
  end if;
  update balances set active = false where account_id = account;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.closed_refusal(coin text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
  return (select 'coin_inactive' from coins c where c.id = coin and c.closed_at is not null);
end $function$;

CREATE OR REPLACE FUNCTION public.coins_of_clients(steps jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
AS $function$
begin
  return array(select k.id from jsonb_array_elements(steps) s
    cross join lateral (select organization_id from operations where id = s ->> 'operation' limit 1) o
    join coins k on k.organization_id = o.organization_id where s ? 'freeze');
end $function$;

CREATE OR REPLACE FUNCTION public.contract_of(organization text)
 RETURNS contracts
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  found contracts;
begin
  select c.* into found from binding_contracts b join contracts c on c.id = b.contract_id where b.organization_id = organization;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.copy_contract(source text, target text, with_limits boolean)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  profile commission_profiles;
  rule commission_rules;
  copied text;
  copied_rule text;
begin
  for profile in select * from commission_profiles where contract_id = source loop
    copied := fresh_id('cpr');
    insert into commission_profiles (id, project_id, contract_id, flow, issuer_id, src_person_type, dest_person_type)
      values (copied, profile.project_id, target, profile.flow, profile.issuer_id, profile.src_person_type, profile.dest_person_type);
    for rule in select * from commission_rules where profile_id = profile.id loop
      copied_rule := fresh_id('cru');
      insert into commission_rules (id, project_id, profile_id, begins_at, ends_at, direction, active)
        values (copied_rule, rule.project_id, copied, rule.begins_at, rule.ends_at, rule.direction, rule.active);
      insert into commission_conditions (id, project_id, rule_id, begin_amount, end_amount, type, fixed, percent)
        select fresh_id('cnd'), project_id, copied_rule, begin_amount, end_amount, type, fixed, percent
        from commission_conditions where rule_id = rule.id;
    end loop;
  end loop;
  if with_limits then
    insert into limit_profiles (id, project_id, contract_id, flow, issuer_id, qualifier, time_unit, value, active)
      select fresh_id('lim'), project_id, target, flow, issuer_id, qualifier, time_unit, value, active
      from limit_profiles where contract_id = source;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.create_bank_lines(project text, steps jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
AS $function$
declare
  ids text[] := array(select s -> 'create' -> 'newLine' ->> 'id' from jsonb_array_elements(steps) s where s -> 'create' ? 'newLine');
begin
  insert into bank_lines (id, project_id, bank_id, reference, issuer_id, amount, booked_at, text, sender_name, sender_iban, brought_by)
    select l ->> 'id', project, c ->> 'bank', l ->> 'reference', c ->> 'issuer', (c ->> 'amount')::numeric,
        (l ->> 'bookedAt')::timestamptz, l ->> 'text', l ->> 'senderName', l ->> 'senderIban', s ->> 'operation'
      from jsonb_array_elements(steps) s, lateral (select s -> 'create' as c, s -> 'create' -> 'newLine' as l) created
      where l is not null order by c ->> 'bank', l ->> 'reference'
    on conflict do nothing;
  return array(select b.id from unnest(ids) i cross join lateral (select id from bank_lines where id = i limit 1) b);
end $function$;

CREATE OR REPLACE FUNCTION public.current_project()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  project text := current_setting('sluice.project', true);
begin
  if project is null or project = '' then
    raise exception 'no project is set for this transaction' using errcode = 'SL001';
  end if;
  return project;
end $function$;

CREATE OR REPLACE FUNCTION public.decision_refusal(step jsonb, operation operations, ticket tickets)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  roles text[] := array(select jsonb_array_elements_text(step -> 'roles'));
  principal text := step ->> 'onBehalfOf';
  -- A variable: a condition with a coalesce in it finds no index behind row-level security.
  acts_as text := coalesce(principal, ticket.person_id);
begin
  if ticket.id is null or ticket.operation_id <> operation.id then return 'ticket_unknown'; end if;
  if ticket.verb <> step ->> 'verb' then return 'ticket_for_another_decision'; end if;
  if ticket.valid_until < now() then return 'ticket_expired'; end if;
  if step ? 'refuse' then return step ->> 'refuse'; end if;
  if not exists (select 1 from members m where m.person_id = acts_as and m.active
      and m.role = any(roles)) then
    return 'decider_not_permitted';
  end if;
  if principal is not null and not (exists (select 1 from members m where m.person_id = ticket.person_id and m.active)
      and is_delegated(principal, ticket.person_id)) then
    return 'decider_not_permitted';
  end if;
  if ticket.person_id = operation.asked_by or principal = operation.asked_by then return 'decider_is_the_asker'; end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.demand_named(names operation_names[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- Scalar look-ups, each by its key: an `exists` under `or` would read the whole table for one name.
  if exists (select 1 from unnest(names) n
      where (n.coin is not null and (select c.issuer_id from coins c where c.id = n.coin
            and (c.platform_id is not null) = starts_with(n.kind, 'platform_')) is distinct from n.issuer)
        or (n.counter_coin is not null and (select case n.kind when 'platform_trade' then n.issuer else c.issuer_id end from coins c
            where c.id = n.counter_coin and (c.platform_id is not null) = starts_with(n.kind, 'platform_')) is distinct from n.issuer)
        or (select i.id from issuers i where i.id = n.issuer) is null
        or (select o.id from organizations o where o.id = n.organization) is null
        or (n.asked_by is not null and (select p.id from people p where p.id = n.asked_by) is null)) then
    raise exception 'an operation names a coin, issuer, client or person that is not there' using errcode = 'foreign_key_violation';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.find_born(project text, steps jsonb, OUT known integer[], OUT taken integer[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  lines text[];
begin
  if jsonb_path_exists(steps, '$[*].create.newLine') then
    lines := create_bank_lines(project, steps);
  end if;
  select array_agg(c.ord) filter (where f.id = c.operation),
      array_agg(c.ord) filter (where f.id is distinct from c.operation and (f.id is not null or c.line <> all(lines)))
    into known, taken
    from (
      select s.ord::int, s.body ->> 'operation' as operation, s.body -> 'create' ->> 'askedBy' as asked_by,
          s.body -> 'create' ->> 'key' as key, s.body -> 'create' -> 'newLine' ->> 'id' as line
        from jsonb_array_elements(steps) with ordinality s (body, ord) where s.body ? 'create' offset 0
    ) c left join lateral (
      select o.id from operations o where c.key is null and o.id = c.operation
      union all
      select o.id from operations o where o.project_id = project and o.asked_by = c.asked_by and o.idempotency_key = c.key
      limit 1
    ) f on true;
end $function$;

CREATE OR REPLACE FUNCTION public.find_frozen(accounts text[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select 1 from organizations where frozen_at is not null) then return null; end if;
  return (select jsonb_agg(a.id) from unnest(accounts) a (id)
      cross join lateral (select organization_id from coins where id = a.id limit 1) c
      cross join lateral (select frozen_at from organizations where id = c.organization_id limit 1) o
    where o.frozen_at is not null);
end $function$;

CREATE OR REPLACE FUNCTION public.freeze_clients(project text, work step_work[], source text)
 RETURNS audit_entry[]
 LANGUAGE plpgsql
AS $function$
declare
  one text;
  rows audit_entry[];
begin
  for one in select distinct w.organization from unnest(work) w where w.outcome = 'applied' and w.body ? 'freeze' order by 1 loop
    if freeze_organization(project, one, 'AML') then
      rows := rows || row(null, source, 'organization.freeze', 'organization', one, null,
        jsonb_build_object('frozen', true, 'reason', 'AML'))::audit_entry;
    end if;
  end loop;
  return rows;
end $function$;

CREATE OR REPLACE FUNCTION public.freeze_organization(project text, organization text, reason text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  update organizations set frozen_at = coalesce(frozen_at, now()), frozen_reason = reason, unfrozen_by = null
    where id = organization and type in ('individual', 'merchant')
      and (frozen_at is null or (reason = 'AML' and frozen_reason <> 'AML'));
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.fresh_id(prefix text)
 RETURNS text
 LANGUAGE sql
AS $function$
  select prefix || '_' || left(replace(gen_random_uuid()::text, '-', ''), 26)
$function$;

CREATE OR REPLACE FUNCTION public.guard_approval_rule()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform lock_approval_rules();
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (new.id, new.version, new.kind, new.issuer_id) is distinct from
      (old.id, old.version + 1, old.kind, old.issuer_id)) then
    raise exception 'the approval rule % changes by one version at a time', old.id using errcode = 'SL006';
  end if;
  if not exists (select from approval_rule_changes c where c.id = new.change_id and c.rule_id = new.id
      and c.state = 'approved' and c.base_version = new.version - 1) then
    raise exception 'the approval rule % has no approved change for this version', new.id using errcode = 'SL006';
  end if;
  if new.active and exists (select from approval_rules r where r.active and r.id <> new.id and r.kind = new.kind
      and r.issuer_id is not distinct from new.issuer_id
      and numrange(r.from_amount, r.to_amount) && numrange(new.from_amount, new.to_amount)) then
    raise exception 'the approval rule % overlaps another', new.id using errcode = 'SL006';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.insert_operations(project text, work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform demand_named(array(select row(w.body -> 'create' ->> 'coin', w.body -> 'create' ->> 'counterCoin', w.issuer, w.organization,
    w.asked_by, w.kind)::operation_names from unnest(work) w where w.fresh));
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id, organization_id, amount,
      sender_amount, recipient_amount, rules, bank_line_id, bank_id, platform, platform_reference, platform_at, asked_by, idempotency_key, body_hash,
      refusal, registered_at)
    select w.operation, project, w.kind, false, w.to_state, c ->> 'coin', c ->> 'counterCoin', w.issuer, w.organization, w.amount,
        (c ->> 'senderAmount')::numeric, (c ->> 'recipientAmount')::numeric, c -> 'rules', c ->> 'bankLine', c ->> 'bank',
        c ->> 'platform', c ->> 'platformReference', (c ->> 'platformAt')::timestamptz, w.asked_by, c ->> 'key', decode(c ->> 'bodyHash', 'hex'), case when w.stored then w.refusal end, case when w.stored then now() end
      from unnest(work) w cross join lateral (select w.body -> 'create' as c offset 0) created
      where w.fresh order by w.asked_by, c ->> 'key', w.operation;
  -- One that has ended with its birth has no workflow, and nobody asks for it from outside its project.
  if exists (select 1 from unnest(work) w where w.fresh and (w.to_state = 'received' or w.body -> 'create' ? 'description')) then
    insert into project_of (id, project_id)
      select w.operation, project from unnest(work) w where w.fresh and w.to_state = 'received' order by w.operation on conflict do nothing;
    insert into operation_parties (operation_id, project_id, description)
      select w.operation, project, w.body -> 'create' ->> 'description' from unnest(work) w where w.fresh and w.body -> 'create' ? 'description';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.is_approved_destination(operation operations, account text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  return exists (select 1 from bank_accounts b join operation_parties p on p.operation_id = operation.id
    where b.id = account and b.status = 'APPROVED' and not b.pool and b.coin_id = operation.coin_id
      and (operation.bank_id is null or b.bank_id = operation.bank_id)
      and (p.iban is null or p.iban = b.iban) and (p.account_number is null or p.account_number = b.account_number));
end $function$;

CREATE OR REPLACE FUNCTION public.is_delegated(principal text, person text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  return exists (select 1 from delegations d where d.from_person = principal and d.to_person = person
    and d.revoked_at is null and d.from_at <= now() and d.until_at > now());
end $function$;

CREATE OR REPLACE FUNCTION public.is_over_limit(operation operations, limits jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  one jsonb;
  taken numeric;
begin
  for one in select jsonb_array_elements(limits) loop
    continue when not one ? 'max';
    taken := 0;
    if one ->> 'period' <> '' then
      select u.used into taken from limit_usage u where u.organization_id = operation.organization_id
        and u.limit_id = one ->> 'limit' and u.period = one ->> 'period';
    end if;
    if coalesce(taken, 0) + (one ->> 'add')::numeric > (one ->> 'max')::numeric then return true; end if;
  end loop;
  return false;
end $function$;

CREATE OR REPLACE FUNCTION public.judge_step(step jsonb, place integer, fresh boolean, inactive jsonb, frozen jsonb)
 RETURNS step_work
 LANGUAGE plpgsql
AS $function$
declare
  work step_work;
  operation operations;
  prior steps;
  ticket tickets;
begin
  work.ord := place;
  work.operation := step ->> 'operation';
  work.step := step ->> 'step';
  work.kind := step ->> 'kind';
  work.fresh := fresh;
  work.body := step;
  work.ticket := step ->> 'ticket';
  work.verb := step ->> 'verb';
  work.stored := false;
  if fresh then
    operation.id := work.operation;
    operation.kind := work.kind;
    operation.state := 'received';
    operation.organization_id := step -> 'create' ->> 'organization';
    operation.issuer_id := step -> 'create' ->> 'issuer';
    operation.asked_by := step -> 'create' ->> 'askedBy';
    operation.amount := step -> 'create' ->> 'amount';
  else
    select * into operation from operations o where o.id = work.operation;
    if operation.id is null then
      work.outcome := 'unknown';
      return work;
    end if;
  end if;
  work.from_state := operation.state;
  work.to_state := operation.state;
  work.now_state := operation.state;
  work.decide_by := operation.decide_by;
  work.organization := operation.organization_id;
  work.issuer := operation.issuer_id;
  work.asked_by := operation.asked_by;
  work.amount := operation.amount;
  if operation.kind <> work.kind then
    work.outcome := 'refused';
    work.refusal := 'operation_of_another_kind';
    return work;
  end if;
  if not fresh then
    select * into prior from steps p where p.operation_id = work.operation and p.step = work.step;
    if prior.step is not null then
      work.outcome := 'repeated';
      work.refusal := prior.refusal;
      work.from_state := prior.from_state;
      work.to_state := prior.to_state;
      return work;
    end if;
  end if;
  if work.verb is not null then
    select * into ticket from tickets t where t.id = work.ticket;
    work.person := ticket.person_id;
    work.stored := ticket.id is not null and ticket.operation_id = operation.id;
    if work.stored and exists (select 1 from decisions d where d.operation_id = operation.id
        and d.person_id = ticket.person_id and d.verb = work.verb) then
      work.outcome := 'repeated';
      work.stored := false;
      return work;
    end if;
  end if;
  if not (step -> 'expect' ? operation.state) then
    work.outcome := 'late';
    return work;
  end if;
  if step ? 'given' and (step ->> 'given')::int <> (select count(*) from decisions d
      where d.operation_id = operation.id and d.verb = 'accept') then
    work.outcome := 'stale';
    work.stored := false;
    return work;
  end if;
  if step ? 'whenDue' and operation.decide_by > now() then
    work.outcome := 'stale';
    return work;
  end if;
  work.refusal := case
    when work.verb is not null then decision_refusal(step, operation, ticket)
    when operation.return_of is not null and operation.state = 'received' then return_refusal(operation)
    when operation.reversal_of is not null and operation.state = 'received' then reversal_refusal(operation)
    when fresh and starts_with(work.kind, 'platform_') then closed_refusal(step -> 'create' ->> 'coin')
  end;
  if work.refusal is null and step ? 'line' then
    work.refusal := line_refusal(operation, step -> 'line');
  end if;
  if work.refusal is null and (inactive is not null or frozen is not null) then
    work.refusal := (select case when bool_or(inactive ? a) then 'coin_inactive' when bool_or(frozen ? a) then 'client_frozen' end
      from jsonb_array_elements_text(step -> 'active') a);
  end if;
  if work.refusal is null and step ? 'bankAccount' and not is_approved_destination(operation, step ->> 'bankAccount') then
    work.refusal := 'bank_account_not_approved';
  end if;
  if work.refusal in ('coin_inactive', 'client_frozen', 'bank_account_not_approved') and step ? 'otherwise' then
    work.body := (step - 'legs' - 'hold' - 'line' - 'set') || (step -> 'otherwise');
    work.refusal := null;
  end if;
  if work.refusal is null and step ? 'limits' and is_over_limit(operation, step -> 'limits') then
    if step ? 'overLimit' then
      work.body := (step - 'legs' - 'hold' - 'line' - 'limits') || (step -> 'overLimit');
    else
      work.refusal := 'limit_exceeded';
      step := step - 'refusedTo';
    end if;
  end if;
  if work.refusal is null then
    work.outcome := 'applied';
    work.stored := true;
    work.to_state := work.body ->> 'to';
  else
    work.outcome := 'refused';
    if step ? 'refusedTo' and work.refusal <> 'original_not_processed' then
      work.stored := true;
      work.to_state := step ->> 'refusedTo';
    end if;
  end if;
  return work;
end $function$;

CREATE OR REPLACE FUNCTION public.judge_steps(steps jsonb, born integer[], inactive jsonb, frozen jsonb)
 RETURNS step_work[]
 LANGUAGE plpgsql
AS $function$
begin
  return array(select judge_step(s.body, s.place::int, s.body ? 'create' and (s.place = any(born)) is not true, inactive, frozen)
    from jsonb_array_elements(steps) with ordinality s (body, place));
end $function$;

CREATE OR REPLACE FUNCTION public.keep_answers(project text, answers jsonb)
 RETURNS TABLE(operation text, answered jsonb)
 LANGUAGE plpgsql
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  -- In one order, for whoever keeps the same answer at this moment waits for the other.
  insert into first_answers (operation_id, project_id, answer)
    select id, project, answer from jsonb_to_recordset(answers) as w (id text, answer jsonb) order by id on conflict do nothing;
  return query select f.operation_id, f.answer from jsonb_array_elements(answers) a cross join lateral
    (select * from first_answers n where n.operation_id = a ->> 'id' limit 1) f;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_approval_rule_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into approval_rule_versions (rule_id, version, project_id, active, kind, issuer_id, from_amount, to_amount, ordering, stages,
      expires_after_ms, escalation, change_id)
    values (new.id, new.version, new.project_id, new.active, new.kind, new.issuer_id, new.from_amount, new.to_amount, new.ordering,
      new.stages, new.expires_after_ms, new.escalation, new.change_id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_decided_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.state <> 'pending' or tg_op = 'DELETE' then
    raise exception 'the change % stays as it is', old.id using errcode = 'SL002';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_screening_answer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.answered_at is not null then
    raise exception 'the check %/% was answered', old.operation_id, old.n using errcode = 'SL002';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.line_refusal(operation operations, line jsonb)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  found bank_lines;
begin
  if line is null or line ->> 'action' not in ('claim', 'settle') then return null; end if;
  select * into found from bank_lines b where b.id = line ->> 'id';
  if found.id is null or found.settled_at is not null
      or (found.operation_id is not null and found.operation_id <> operation.id) then
    return 'bank_line_taken';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.lock_approval_rules()
 RETURNS void
 LANGUAGE sql
AS $function$
  select pg_advisory_xact_lock(hashtext('approval_rules'), hashtext(current_project()))
$function$;

CREATE OR REPLACE FUNCTION public.lock_balances(entries step_entry[], actives text[], OUT balances held_balance[], OUT places jsonb, OUT inactive jsonb)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  accounts text[] := array(select account from (select account from unnest(entries) union select unnest(actives)) a order by account);
begin
  select array_agg(b.held), coalesce(jsonb_object_agg(b.account, b.place), '{}'), jsonb_agg(b.account) filter (where not b.active)
    into balances, places, inactive from (
      select account_id as account, active, row(account_id, issuer_id, posted, held, floor, active)::held_balance as held,
          row_number() over (order by account_id) as place
        from unnest(accounts) a (id) cross join lateral (
          select * from balances b where b.account_id = a.id and b.shard = 0 and b.strict for update) locked
        order by account_id) b;
end $function$;

CREATE OR REPLACE FUNCTION public.lock_limits(project text, steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  touched record;
begin
  for touched in
    -- An operation that is born in its step is not there yet.
    select o.organization, l ->> 'limit' as one, l ->> 'period' as period
      from jsonb_array_elements(steps) s, jsonb_array_elements(s -> 'limits') l,
        lateral (select coalesce((select organization_id from operations where id = s ->> 'operation' limit 1),
          s -> 'create' ->> 'organization') as organization) o
      where l ->> 'period' <> '' and o.organization is not null
    union select r.organization_id, r.limit_id, r.period
      from jsonb_array_elements(steps) s,
        lateral (select * from limit_reservations where operation_id = s ->> 'operation' and not given_back offset 0) r
      where s ? 'releaseLimits'
    order by 1, 2, 3
  loop
    insert into limit_usage (organization_id, limit_id, period, project_id)
      values (touched.organization, touched.one, touched.period, project) on conflict do nothing;
    perform 1 from limit_usage u where u.organization_id = touched.organization and u.limit_id = touched.one
      and u.period = touched.period for update;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.lock_operations(steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s);
  originals text[] := array(select o.original from unnest(ids) i cross join lateral
      (select coalesce(return_of, reversal_of) as original from operations where id = i limit 1) o where o.original is not null);
  lines text[] := array(select s -> 'line' ->> 'id' from jsonb_array_elements(steps) s where s ? 'line' order by 1);
begin
  if cardinality(originals) <> (select count(distinct o) from unnest(originals) o)
      or cardinality(lines) <> (select count(distinct l) from unnest(lines) l) then
    raise exception 'two steps of one batch hang on the same original or bank line' using errcode = 'SL011';
  end if;
  -- One look-up after another, here and below: a list of ids might be looked for by reading a whole index.
  perform 1 from (select distinct id from unnest(ids || originals) i (id) order by id) i
    cross join lateral (select 1 from operations o where o.id = i.id for update) locked;
  perform 1 from (select id from unnest(lines) i (id) order by id) i
    cross join lateral (select 1 from bank_lines b where b.id = i.id for update) locked;
end $function$;

CREATE OR REPLACE FUNCTION public.lock_organizations(steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from organizations g where g.id = any(array(select o.organization_id from jsonb_array_elements(steps) s,
    lateral (select organization_id from operations where id = s ->> 'operation' limit 1) o where s ? 'freeze'))
    order by g.id for no key update;
end $function$;

CREATE OR REPLACE FUNCTION public.move_screening_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into screening_versions (project_id, version) values (current_project(), 1)
    on conflict (project_id) do update set version = screening_versions.version + 1;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.never_deleted(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('create trigger never_deleted before delete on %s for each row execute function refuse_delete()', target);
  execute format('create trigger never_truncated before truncate on %s for each statement execute function refuse_delete()', target);
end $function$;

CREATE OR REPLACE FUNCTION public.open_book_account(project text, account jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  insert into book_accounts (id, project_id, issuer_id, type, usage, technical, strict)
    values (account ->> 'id', project, account ->> 'issuer', account ->> 'type', account ->> 'usage',
      (account ->> 'technical')::boolean, (account ->> 'strict')::boolean);
  insert into balances (account_id, shard, project_id, issuer_id, strict, floor)
    values (account ->> 'id', 0, project, account ->> 'issuer', (account ->> 'strict')::boolean, (account ->> 'floor')::numeric);
end $function$;

CREATE OR REPLACE FUNCTION public.open_contracts(project text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  before text := current_setting('sluice.project', true);
  kind text;
  contract text;
  offered text;
  profile text;
  rule text;
begin
  perform set_config('sluice.project', project, true);
  foreach kind in array array['individual', 'merchant'] loop
    contract := fresh_id('con');
    insert into contracts (id, project_id, name, organization_type, person_type, global)
      values (contract, project, 'Zero commission', kind, 'base', true);
    foreach offered in array array['bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit', 'platform_withdrawal', 'platform_trade'] loop
      profile := fresh_id('cpr');
      rule := fresh_id('cru');
      insert into commission_profiles (id, project_id, contract_id, flow) values (profile, project, contract, offered);
      insert into commission_rules (id, project_id, profile_id, begins_at, direction, active)
        values (rule, project, profile, 'epoch', 'OUT', true);
      insert into commission_conditions (id, project_id, rule_id, begin_amount, type)
        values (fresh_id('cnd'), project, rule, 0, 'zero');
    end loop;
  end loop;
  perform set_config('sluice.project', coalesce(before, ''), true);
end $function$;

CREATE OR REPLACE FUNCTION public.open_contracts_of_new_project()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform open_contracts(new.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.operation_facts(operation text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  project text;
  facts jsonb;
begin
  select p.project_id into project from project_of p where p.id = operation;
  if project is null then return null; end if;
  perform set_config('sluice.project', project, true);
  select jsonb_build_object('id', o.id, 'projectId', o.project_id, 'kind', o.kind, 'needsDecision', o.needs_decision, 'coinId', o.coin_id,
      'counterCoinId', o.counter_coin_id, 'organizationId', o.organization_id, 'issuerId', o.issuer_id, 'amount', o.amount::text, 'senderAmount', o.sender_amount::text,
      'recipientAmount', o.recipient_amount::text, 'commissionBack', o.commission_back::text,
      -- What a correction gives back of a commission comes from where it went.
      'revenue', case when coalesce(h.type, g.type) = 'merchant' then 'business_system_commission' else 'regular_system_commission' end,
      -- Of a trade: what is bought.
      'counterIssuerId', bought.issuer_id, 'counterCurrency', bought.code, 'counterFraction', bought.fraction,
      'platform', o.platform, 'bankAccountId', o.bank_account_id, 'bankLineId', o.bank_line_id, 'rules', o.rules,
      'requestIdentifier', o.request_identifier::text, 'currency', c.code, 'fraction', c.fraction, 'returnOf', o.return_of)
    into facts
    -- One look-up after another, by its key.
    from (select * from operations where id = operation limit 1) o
      cross join lateral (select * from issuers where id = o.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      cross join lateral (select * from organizations where id = o.organization_id limit 1) g
      left join lateral (select * from operations where id = o.reversal_of limit 1) original on true
      left join lateral (select * from organizations where id = original.organization_id limit 1) h on true
      left join lateral (select k.issuer_id, d.code, d.fraction from coins k join issuers j on j.id = k.issuer_id join currencies d on d.id = j.currency_id
        where k.id = o.counter_coin_id and o.kind = 'platform_trade' limit 1) bought on true;
  return facts;
end $function$;

CREATE OR REPLACE FUNCTION public.postings_sum_to_zero()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  broken record;
begin
  select operation_id, step, issuer_id, sum(amount) as rest into broken
    from fresh group by operation_id, step, issuer_id having sum(amount) <> 0 limit 1;
  if found then
    raise exception 'postings of % % in % leave %', broken.operation_id, broken.step, broken.issuer_id, broken.rest
      using errcode = 'SL003';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.protect(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy own_project on %s using (project_id = (select current_project())) with check (project_id = (select current_project()))',
    target);
end $function$;

CREATE OR REPLACE FUNCTION public.read_terms(organization text, issuer text, asked_flow text, counter text, at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return terms_in((contract_of(organization)).id, case when counter is not null then (contract_of(counter)).person_type end,
    issuer, asked_flow, at);
end $function$;

CREATE OR REPLACE FUNCTION public.record_intent(project text, intent jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
  fresh operations;
  party jsonb := coalesce(intent -> 'party', '{}');
begin
  perform set_config('sluice.project', project, true);
  perform demand_named(array[row(intent ->> 'coin', intent ->> 'counterCoin', intent ->> 'issuer', intent ->> 'organization',
    intent ->> 'askedBy', intent ->> 'kind')::operation_names]);
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id, organization_id, amount,
      sender_amount, recipient_amount, rules, bank_id, bank_account_id, bank_line_id, platform,
      asked_by, idempotency_key, body_hash, return_of, return_reference, reversal_of, commission_back)
    values (intent ->> 'id', project, intent ->> 'kind', (intent ->> 'needsDecision')::boolean, 'received', intent ->> 'coin',
      intent ->> 'counterCoin', intent ->> 'issuer', intent ->> 'organization', (intent ->> 'amount')::numeric,
      (intent ->> 'senderAmount')::numeric, (intent ->> 'recipientAmount')::numeric, intent -> 'rules', intent ->> 'bank',
      intent ->> 'bankAccount', intent ->> 'bankLine', intent ->> 'platform',
      intent ->> 'askedBy', intent ->> 'key', decode(intent ->> 'bodyHash', 'hex'), intent ->> 'returnOf', intent ->> 'returnReference',
      intent ->> 'reversalOf', coalesce((intent ->> 'commissionBack')::numeric, 0))
    on conflict do nothing returning * into fresh;
  if fresh.id is null then
    select * into fresh from operations where id = intent ->> 'id'
      or (asked_by = intent ->> 'askedBy' and idempotency_key = intent ->> 'key')
      or (platform = intent ->> 'platform' and return_reference = intent ->> 'returnReference');
    return jsonb_build_object('operation', fresh.id, 'isNew', false,
      'sameBody', fresh.body_hash is not distinct from decode(intent ->> 'bodyHash', 'hex'));
  end if;
  insert into project_of (id, project_id) values (fresh.id, project) on conflict do nothing;
  insert into operation_parties (operation_id, project_id, full_name, iban, account_number, description, bank_details)
    values (fresh.id, project, party ->> 'fullName', party ->> 'iban', party ->> 'accountNumber', party ->> 'description',
      party -> 'bankDetails');
  return jsonb_build_object('operation', fresh.id, 'isNew', true, 'sameBody', true);
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_delete()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'rows of % are never deleted', tg_table_name using errcode = 'SL002';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_overdrafts(work step_work[], entries step_entry[], balances held_balance[], places jsonb)
 RETURNS step_work[]
 LANGUAGE plpgsql
AS $function$
declare
  available numeric[] := array(select b.posted - b.held from unnest(balances) b);
  floors numeric[] := array(select b.floor from unnest(balances) b);
  step record;
  change record;
begin
  -- Of one step the account's whole change counts: what a hold frees may leave with the same step.
  for step in
    select ord, jsonb_object_agg(account, moved) as changes from (
        select e.ord, e.account, sum(e.posted - e.held) as moved from unnest(entries) e where places ? e.account group by e.ord, e.account
      ) c group by ord order by ord
  loop
    continue when work[step.ord].outcome <> 'applied';
    if exists (select 1 from jsonb_each_text(step.changes) c
        where c.value::numeric < 0 and available[(places ->> c.key)::int] + c.value::numeric < floors[(places ->> c.key)::int]) then
      work[step.ord].outcome := 'refused';
      work[step.ord].refusal := 'exceeds_available_balance';
      work[step.ord].to_state := coalesce(work[step.ord].body ->> 'refusedTo', work[step.ord].from_state);
      work[step.ord].stored := work[step.ord].body ? 'refusedTo' or work[step.ord].verb is not null;
      continue;
    end if;
    for change in select (places ->> c.key)::int as place, c.value::numeric as amount from jsonb_each_text(step.changes) c loop
      available[change.place] := available[change.place] + change.amount;
    end loop;
  end loop;
  return work;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_overlap()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_table_name = 'commission_rules' then
    if exists (select from commission_rules a join commission_rules b on b.profile_id = a.profile_id and b.id <> a.id
        where a.id = new.id and a.active and b.active
          and tstzrange(a.begins_at, a.ends_at) && tstzrange(b.begins_at, b.ends_at)) then
      raise exception 'two commission rules of one profile in force at a time' using errcode = 'SL010';
    end if;
  elsif exists (select from commission_conditions a join commission_conditions b on b.rule_id = a.rule_id and b.id <> a.id
      where a.id = new.id and numrange(a.begin_amount, a.end_amount) && numrange(b.begin_amount, b.end_amount)) then
    raise exception 'two conditions of one commission rule for an amount' using errcode = 'SL010';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.reopen_bank_line(project text, line text, back operations)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into bank_lines (id, project_id, bank_id, issuer_id, amount, booked_at, text, sender_name, sender_iban, brought_by)
    select 'line_' || substr(back.id, 4), project, l.bank_id, l.issuer_id,
        back.amount + back.commission_back, now(), l.text, l.sender_name, l.sender_iban, back.id
      from bank_lines l where l.id = line;
end $function$;

CREATE OR REPLACE FUNCTION public.return_refusal(operation operations)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  original operations;
  returned numeric;
begin
  select * into original from operations where id = operation.return_of;
  if original.state <> 'processed' then return 'original_not_processed'; end if;
  select coalesce(sum(amount), 0) into returned
    from operations where return_of = original.id and state = 'processed';
  if returned + operation.amount > original.recipient_amount then return 'return_exceeds_original'; end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.reversal_refusal(operation operations)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  original operations;
  reversed numeric;
  given_back numeric;
begin
  select * into original from operations where id = operation.reversal_of;
  if original.state <> 'processed' then return 'original_not_processed'; end if;
  select coalesce(sum(amount), 0) + operation.amount, coalesce(sum(commission_back), 0) + operation.commission_back
    into reversed, given_back from operations
    where reversal_of = original.id and id <> operation.id
      and state in ('limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown', 'awaiting_reference', 'processed');
  if reversed > original.recipient_amount then return 'reversal_exceeds_original'; end if;
  -- On a platform a commission is not part of what is there, and stays.
  if operation.kind = 'reversal' and (given_back > original.commission
      or (reversed = original.recipient_amount and given_back < original.commission)) then
    return 'reversal_outdated';
  end if;
  if exists (select 1 from coins where id = operation.counter_coin_id and closed_at is not null) then return 'coin_inactive'; end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.set_account_active(project text, account text, wanted boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  container boolean;
begin
  perform set_config('sluice.project', project, true);
  select a.active into container from accounts a where a.id = (select c.account_id from coins c where c.id = account) for share of a;
  if wanted and exists (select 1 from coins where id = account and closed_at is not null) then
    raise exception 'coin % is closed', account using errcode = 'SL004';
  end if;
  update coins set switched_on = wanted where id = account;
  update balances set active = wanted and container where account_id = account;
end $function$;

CREATE OR REPLACE FUNCTION public.set_decide_by(project text, work step_work[])
 RETURNS step_work[]
 LANGUAGE plpgsql
AS $function$
declare
  expires_ms bigint := (select decision_expires_ms from projects where projects.id = project);
begin
  for i in 1 .. coalesce(array_length(work, 1), 0) loop
    if work[i].outcome = 'applied' and work[i].to_state in ('awaiting_decision', 'limited') and work[i].from_state <> work[i].to_state then
      work[i].decide_by := now() + coalesce((work[i].body ->> 'decideInMs')::bigint, expires_ms) * interval '1 millisecond';
    end if;
  end loop;
  return work;
end $function$;

CREATE OR REPLACE FUNCTION public.show_operations(project text, ids text[])
 RETURNS SETOF shown_operations
 LANGUAGE plpgsql
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  return query select s.* from unnest(ids) i (id) cross join lateral (select * from shown_operations o where o.id = i.id limit 1) s;
end $function$;

CREATE OR REPLACE FUNCTION public.step_answers(work step_work[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
begin
  return (
    select jsonb_agg(jsonb_build_object('operation', w.operation, 'step', w.step, 'outcome', w.outcome, 'refusal', w.refusal,
      'from', w.from_state, 'to', w.to_state, 'state', case when w.outcome = 'repeated' then w.now_state else w.to_state end,
      'decideInMs', case when case when w.outcome = 'repeated' then w.now_state else w.to_state end in ('awaiting_decision', 'limited')
        then greatest(0, ceil(extract(epoch from w.decide_by - now()) * 1000))::bigint end) order by w.ord)
    from unnest(work) w
  );
end $function$;

CREATE OR REPLACE FUNCTION public.step_audit(work step_work[], source text)
 RETURNS audit_entry[]
 LANGUAGE plpgsql
AS $function$
begin
  return (
    select array_agg(row(coalesce(w.person, case when w.step = 'register' then w.asked_by end), source,
      'operation.' || split_part(w.step, ':', 1) || coalesce('.' || w.verb, ''), 'operation', w.operation,
      jsonb_build_object('state', w.from_state),
      jsonb_strip_nulls(jsonb_build_object('state', w.to_state, 'outcome', w.outcome, 'refusal', w.refusal,
        'kind', w.kind, 'amount', w.amount::text, 'issuer', w.issuer, 'ticket', w.ticket)))::audit_entry order by w.ord)
    from unnest(work) w where w.stored
  );
end $function$;

CREATE OR REPLACE FUNCTION public.step_entries(steps jsonb)
 RETURNS step_entry[]
 LANGUAGE plpgsql
AS $function$
begin
  return (
    select array_agg(e order by (e).ord, (e).leg, (e).side) from (
    select row(s.ord, l.leg, side.no, l.body ->> 'type', l.body ->> side.name, side.sign * (l.body ->> 'amount')::numeric, 0,
        l.body ->> 'issuer')::step_entry as e
      from jsonb_array_elements(steps) with ordinality s (body, ord)
        cross join lateral jsonb_array_elements(s.body -> 'legs') with ordinality l (body, leg)
        cross join (values (1, 'from', -1), (2, 'to', 1)) side (no, name, sign)
    union all
    select row(s.ord, 0, 0, null, s.body -> 'hold' ->> 'account', 0,
        case s.body -> 'hold' ->> 'action' when 'place' then 1 else -1 end * (s.body -> 'hold' ->> 'amount')::numeric, null)::step_entry
      from jsonb_array_elements(steps) with ordinality s (body, ord) where s.body ? 'hold'
  ) found
  );
end $function$;

CREATE OR REPLACE FUNCTION public.survey(entries step_entry[], work step_work[], balances held_balance[], places jsonb, OUT risky boolean, OUT spread boolean, OUT stray text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  select bool_or(balances[e.place].posted - balances[e.place].held + e.leaving < balances[e.place].floor), bool_or(e.place is null),
      min(e.account) filter (where case when e.place is null then not starts_with(e.account, e.issuer || ':')
        else e.issuer <> balances[e.place].issuer end or e.issuer <> e.other_issuer)
    into risky, spread, stray from (
      select account, (places ->> account)::int as place, sum(least(posted, 0) - greatest(held, 0)) as leaving,
          min(coalesce(issuer, work[ord].issuer)) as issuer, max(coalesce(issuer, work[ord].issuer)) as other_issuer
        from unnest(entries) where work[ord].outcome = 'applied' group by account
    ) e;
end $function$;

CREATE OR REPLACE FUNCTION public.switch_account(project text, container text, wanted boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  update accounts set active = wanted, updated_at = now() where id = container;
  perform 1 from balances b where b.account_id = any(array(select c.id from coins c where c.account_id = container))
    order by b.account_id, b.shard for update;
  -- Only now is it certain which of them are closed.
  update balances b set active = wanted and c.switched_on from coins c
    where c.id = b.account_id and c.account_id = container and c.closed_at is null;
end $function$;

CREATE OR REPLACE FUNCTION public.terms_in(contract text, other text, issuer text, asked_flow text, at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  bound contracts;
  -- Money enters from nobody of ours and leaves to nobody of ours.
  src text;
  dest text;
  rule commission_rules;
begin
  select * into bound from contracts where id = contract;
  if bound.id is null then return null; end if;
  if asked_flow in ('bank_top_up', 'platform_deposit') then
    src := other; dest := bound.person_type;
  else
    src := bound.person_type; dest := other;
  end if;
  select r.* into rule from commission_profiles p join commission_rules r on r.profile_id = p.id
    where p.contract_id = contract and p.flow = asked_flow
      and (p.issuer_id is null or p.issuer_id = issuer)
      and (p.src_person_type is null or p.src_person_type = src)
      and (p.dest_person_type is null or p.dest_person_type = dest)
      and r.active and r.begins_at <= at and (r.ends_at is null or at < r.ends_at)
    order by p.issuer_id is null, num_nulls(p.src_person_type, p.dest_person_type), p.src_person_type is null
    limit 1;
  if rule.id is null then return null; end if;
  return jsonb_build_object(
    'contractId', contract,
    'timeZone', (select time_zone from projects where id = bound.project_id),
    'rule', jsonb_build_object('id', rule.id, 'direction', rule.direction, 'conditions', (
      select coalesce(jsonb_agg(jsonb_build_object('begin', c.begin_amount::text, 'end', c.end_amount::text, 'type', c.type,
        'fixed', c.fixed::text, 'percent', trim_scale(c.percent)::text) order by c.begin_amount), '[]')
      from commission_conditions c where c.rule_id = rule.id)),
    'limits', (
      select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'qualifier', l.qualifier, 'unit', l.time_unit,
        'value', l.value::text) order by l.id), '[]')
      from limit_profiles l
      where l.contract_id = contract and l.flow = asked_flow and l.active and (l.issuer_id is null or l.issuer_id = issuer)));
end $function$;

CREATE OR REPLACE FUNCTION public.unfreezing_takes_another()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.frozen_at is null and (new.unfrozen_by is null or new.unfrozen_by = old.frozen_by) then
    raise exception 'who froze organization % may not lift it', old.id using errcode = 'SL005';
  end if;
  if new.frozen_at is not null and new.frozen_by is distinct from old.frozen_by then
    raise exception 'the freeze of organization % keeps its author', old.id using errcode = 'SL005';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.update_operations(work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  w step_work;
  detail jsonb;
begin
  foreach w in array work loop
    continue when w.fresh or not w.stored or (w.outcome <> 'applied' and w.to_state = w.from_state);
    detail := case when w.ticket is not null then (select t.detail from tickets t where t.id = w.ticket) end;
    update operations o set
        state = w.to_state,
        state_since = case when o.state = w.to_state then o.state_since else now() end,
        registered_at = coalesce(o.registered_at, now()),
        refusal = case when w.outcome = 'refused' then w.refusal else o.refusal end,
        reason = coalesce(w.body -> 'set' ->> 'reason', detail ->> 'reason', o.reason),
        platform = coalesce(w.body -> 'set' ->> 'platform', o.platform),
        platform_reference = coalesce(w.body -> 'set' ->> 'platformReference', detail ->> 'bankReference', o.platform_reference),
        platform_at = coalesce((w.body -> 'set' ->> 'platformAt')::timestamptz, o.platform_at),
        sold_amount = coalesce((w.body -> 'set' ->> 'soldAmount')::numeric, o.sold_amount),
        bought_amount = coalesce((w.body -> 'set' ->> 'boughtAmount')::numeric, o.bought_amount),
        decide_by = w.decide_by,
        screened_at = case when w.outcome = 'applied' and w.body -> 'set' ? 'screened' then now() else o.screened_at end,
        updated_at = now()
      where o.id = w.operation;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.wish_facts(project text, wishes jsonb, at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  facts jsonb;
begin
  perform set_config('sluice.project', project, true);
  -- Sub-selects, for each is planned apart: one join of so many tables would not be.
  with found as materialized (
    select w.*, (select k from coin_facts k where k.serial = w.coin) as k, (select k from coin_facts k where k.serial = w.counter) as o,
        (select jsonb_build_object('id', b.id, 'platform', b.platform) from banks b where b.id = w.bank) as of_bank
      from jsonb_to_recordset(wishes) as w (n int, coin text, counter text, bank text, flow text)
  ), bound as materialized (
    select f.*, (select b from binding_contracts b where b.organization_id = (f.k).organization_id) as mine,
        (select b from binding_contracts b where b.organization_id = (f.o).organization_id) as other
      from found f
  ), asked as materialized (
    select n, to_jsonb(k) as coin, to_jsonb(o) as counter, of_bank as bank, (k).issuer_id, flow, (mine).contract_id, (other).person_type,
        case when (k).id is not null then concat_ws(' ', (mine).contract_id, (other).person_type, (k).issuer_id, flow) end as terms
      from bound
  ), terms as materialized (
    select d.terms as name, terms_in(d.contract_id, d.person_type, d.issuer_id, d.flow, at) as said
      from (select distinct terms, contract_id, person_type, issuer_id, flow from asked where terms is not null) d
  )
  select jsonb_build_object(
      'wishes', (select jsonb_agg(jsonb_build_object('coin', coin, 'counterCoin', counter, 'bank', bank, 'terms', asked.terms) order by n)
        from asked),
      'terms', (select coalesce(jsonb_object_agg(name, said), '{}') from terms),
      'policies', (select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('from_amount', s.from_amount::text)), '[]')
        from screening_policies s where s.active),
      'approvals', (select coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('from_amount', r.from_amount::text,
        'to_amount', r.to_amount::text)), '[]') from approval_rules r where r.active))
    into facts;
  return facts;
end $function$;

CREATE OR REPLACE FUNCTION public.write_book(project text, work step_work[], entries step_entry[], balances held_balance[], places jsonb, spread boolean)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, balance_after)
    select project, work[e.ord].operation, work[e.ord].step, e.leg, e.type, e.account, coalesce(e.issuer, work[e.ord].issuer), e.posted,
        case when places ? e.account then balances[(places ->> e.account)::int].posted
          + sum(e.posted) over (partition by e.account order by e.ord, e.leg, e.side) end
      from unnest(entries) e where e.leg > 0 and work[e.ord].outcome = 'applied'
      order by e.ord, e.leg, e.side;
  update balances b set posted = b.posted + d.posted, held = b.held + d.held, version = b.version + 1
    from (select account, sum(posted) as posted, sum(held) as held from unnest(entries)
        where work[ord].outcome = 'applied' and places ? account group by account) d
    where b.account_id = d.account and b.shard = 0;
  if spread then
    insert into balances as b (account_id, shard, project_id, issuer_id, strict, posted)
      select account, 1 + pg_backend_pid() % 16, project, min(coalesce(issuer, work[ord].issuer)), false, sum(posted) from unnest(entries)
        where work[ord].outcome = 'applied' and not places ? account group by account order by account
      on conflict (account_id, shard) do update set posted = b.posted + excluded.posted, version = b.version + 1;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.write_decisions(project text, work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  w step_work;
  principal text;
begin
  foreach w in array work loop
    continue when w.ticket is null;
    update tickets t set outcome = w.outcome, refusal = w.refusal, used_at = now()
      where t.id = w.ticket and t.operation_id = w.operation and t.outcome is null;
    continue when w.outcome <> 'applied';
    principal := coalesce(w.body ->> 'onBehalfOf', w.person);
    insert into decisions (operation_id, person_id, verb, project_id, asked_by, role, on_behalf_of, ticket_id)
      values (w.operation, w.person, w.verb, project, w.asked_by, (select m.role from members m where m.person_id = principal),
        w.body ->> 'onBehalfOf', w.ticket);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.write_holds(project text, work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into holds (operation_id, project_id, account_id, amount, state)
    select w.operation, project, w.body -> 'hold' ->> 'account', (w.body -> 'hold' ->> 'amount')::numeric, 'placed'
      from unnest(work) w where w.outcome = 'applied' and w.body -> 'hold' ->> 'action' = 'place' order by w.ord;
  update holds h set ended_at = now(),
      state = case w.body -> 'hold' ->> 'action' when 'capture' then 'captured' else 'released' end
    from unnest(work) w
    where h.operation_id = w.operation and h.state = 'placed' and w.outcome = 'applied'
      and w.body -> 'hold' ->> 'action' in ('capture', 'release');
end $function$;

CREATE OR REPLACE FUNCTION public.write_limits(project text, work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  w step_work;
  one jsonb;
  taken limit_reservations;
begin
  foreach w in array work loop
    continue when w.outcome <> 'applied';
    for one in select jsonb_array_elements(w.body -> 'limits') loop
      continue when one ->> 'period' = '';
      update limit_usage u set used = u.used + (one ->> 'add')::numeric
        where u.organization_id = w.organization and u.limit_id = one ->> 'limit' and u.period = one ->> 'period';
      insert into limit_reservations (operation_id, limit_id, period, project_id, organization_id, amount)
        values (w.operation, one ->> 'limit', one ->> 'period', project, w.organization, (one ->> 'add')::numeric);
    end loop;
    continue when not w.body ? 'releaseLimits';
    for taken in select * from limit_reservations r where r.operation_id = w.operation and not r.given_back loop
      update limit_usage u set used = u.used - taken.amount
        where u.organization_id = taken.organization_id and u.limit_id = taken.limit_id and u.period = taken.period;
      update limit_reservations r set given_back = true
        where r.operation_id = taken.operation_id and r.limit_id = taken.limit_id and r.period = taken.period;
    end loop;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.write_lines(project text, work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  w step_work;
  line text;
begin
  foreach w in array work loop
    continue when w.outcome <> 'applied' or not w.body ? 'line';
    line := w.body -> 'line' ->> 'id';
    case w.body -> 'line' ->> 'action'
      when 'claim' then update bank_lines set operation_id = w.operation where id = line;
      when 'settle' then update bank_lines set operation_id = w.operation, settled_at = now() where id = line;
      when 'free' then update bank_lines set operation_id = null where id = line and operation_id = w.operation;
      when 'reopen' then perform reopen_bank_line(project, line, (select o from operations o where o.id = w.operation));
    end case;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.write_steps(project text, work step_work[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into steps (operation_id, step, project_id, outcome, refusal, from_state, to_state, actor_id)
    select w.operation, w.step, project, w.outcome, w.refusal, w.from_state, w.to_state, w.person
      from unnest(work) w where w.stored order by w.ord;
end $function$;

-- Constraints

alter table accounts add constraint accounts_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200)));
alter table accounts add constraint accounts_pkey PRIMARY KEY (id);
alter table accounts add constraint accounts_project_id_external_id_key UNIQUE (project_id, external_id);
alter table accounts add constraint accounts_uid_key UNIQUE (uid);
alter table approval_rule_changes add constraint approval_rule_changes_action_check CHECK ((action = ANY (ARRAY['create'::text, 'change'::text, 'remove'::text])));
alter table approval_rule_changes add constraint approval_rule_changes_base_version_check CHECK ((base_version >= 0));
alter table approval_rule_changes add constraint approval_rule_changes_check CHECK (((proposed IS NULL) = (action = 'remove'::text)));
alter table approval_rule_changes add constraint approval_rule_changes_check1 CHECK (((action = 'create'::text) = (base_version = 0)));
alter table approval_rule_changes add constraint approval_rule_changes_check2 CHECK ((((state = 'pending'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL))));
alter table approval_rule_changes add constraint approval_rule_changes_four_eyes CHECK ((decided_by <> proposed_by));
alter table approval_rule_changes add constraint approval_rule_changes_pkey PRIMARY KEY (id);
alter table approval_rule_changes add constraint approval_rule_changes_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text])));
alter table approval_rule_versions add constraint approval_rule_versions_change_id_key UNIQUE (change_id);
alter table approval_rule_versions add constraint approval_rule_versions_pkey PRIMARY KEY (rule_id, version);
alter table approval_rules add constraint approval_rules_check CHECK ((to_amount > from_amount));
alter table approval_rules add constraint approval_rules_check1 CHECK (((issuer_id IS NOT NULL) OR ((from_amount = (0)::numeric) AND (to_amount IS NULL))));
alter table approval_rules add constraint approval_rules_expires_after_ms_check CHECK ((expires_after_ms > 0));
alter table approval_rules add constraint approval_rules_from_amount_check CHECK ((from_amount >= (0)::numeric));
alter table approval_rules add constraint approval_rules_kind_check CHECK ((kind <> ALL (ARRAY['return'::text, 'bank_line'::text, 'platform_credit'::text, 'platform_debit'::text])));
alter table approval_rules add constraint approval_rules_ordering_check CHECK ((ordering = ANY (ARRAY['sequence'::text, 'together'::text])));
alter table approval_rules add constraint approval_rules_pkey PRIMARY KEY (id);
alter table approval_rules add constraint approval_rules_stages_check CHECK ((jsonb_array_length(stages) > 0));
alter table approval_rules add constraint approval_rules_version_check CHECK ((version > 0));
alter table audit_heads add constraint audit_heads_pkey PRIMARY KEY (project_id);
alter table audit_rows add constraint audit_rows_pkey PRIMARY KEY (project_id, seq);
alter table balances add constraint above_floor CHECK (((floor IS NULL) OR ((posted - held) >= floor)));
alter table balances add constraint balances_held_check CHECK ((held >= (0)::numeric));
alter table balances add constraint balances_pkey PRIMARY KEY (account_id, shard);
alter table bank_accounts add constraint bank_accounts_check CHECK (((iban IS NOT NULL) OR (account_number IS NOT NULL)));
alter table bank_accounts add constraint bank_accounts_coin_id_bank_id_iban_account_number_key UNIQUE NULLS NOT DISTINCT (coin_id, bank_id, iban, account_number);
alter table bank_accounts add constraint bank_accounts_pkey PRIMARY KEY (id);
alter table bank_accounts add constraint bank_accounts_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'REJECTED'::text])));
alter table bank_accounts add constraint decided_by_somebody CHECK (((status = 'PENDING'::text) = (decided_by IS NULL)));
alter table bank_accounts add constraint four_eyes CHECK ((decided_by <> made_by));
alter table bank_accounts add constraint iban_is_canonical CHECK ((iban ~ '^[A-Z0-9]+$'::text));
alter table bank_accounts add constraint pool_is_no_default CHECK ((NOT (pool AND is_default)));
alter table bank_lines add constraint bank_lines_amount_check CHECK ((amount > (0)::numeric));
alter table bank_lines add constraint bank_lines_pkey PRIMARY KEY (id);
alter table bank_lines add constraint bank_lines_project_id_bank_id_reference_key UNIQUE (project_id, bank_id, reference);
alter table banks add constraint banks_pkey PRIMARY KEY (id);
alter table banks add constraint banks_project_id_bic_key UNIQUE (project_id, bic);
alter table banks add constraint banks_project_id_swift_key UNIQUE (project_id, swift);
alter table book_accounts add constraint book_accounts_pkey PRIMARY KEY (id);
alter table book_accounts add constraint book_accounts_usage_check CHECK ((usage = ANY (ARRAY['circulation'::text, 'accounting'::text])));
alter table breaks add constraint breaks_kind_check CHECK ((kind = ANY (ARRAY['circulation'::text, 'technical_transit'::text, 'held_amount'::text, 'payout_transit'::text, 'missing_there'::text, 'unknown_here'::text, 'other_amount'::text, 'other_state'::text, 'other_reference'::text, 'mirror_differs'::text, 'entry_not_booked'::text, 'odd_call'::text])));
alter table breaks add constraint breaks_pkey PRIMARY KEY (id);
alter table breaks add constraint breaks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text, 'vanished'::text])));
alter table breaks add constraint four_eyes CHECK ((resolved_by <> proposed_by));
alter table breaks add constraint one_row_per_difference UNIQUE NULLS NOT DISTINCT (project_id, part, kind, subject, ours, theirs);
alter table breaks add constraint resolved_for_a_reason CHECK ((((state = 'resolved'::text) = (resolved_by IS NOT NULL)) AND ((resolved_by IS NULL) OR (proposed_by IS NOT NULL)) AND ((proposed_by IS NULL) = (reason IS NULL))));
alter table coins add constraint blocked_by_somebody CHECK (((blocked = (blocked_at IS NOT NULL)) AND (blocked = (blocked_by IS NOT NULL))));
alter table coins add constraint coins_address_check CHECK (((length(address) >= 1) AND (length(address) <= 200)));
alter table coins add constraint coins_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200)));
alter table coins add constraint coins_pkey PRIMARY KEY (id);
alter table coins add constraint coins_platform_account_check CHECK (((length(platform_account) >= 1) AND (length(platform_account) <= 200)));
alter table coins add constraint coins_project_id_serial_key UNIQUE (project_id, serial);
alter table coins add constraint coins_serial_check CHECK ((serial ~ '^[A-Z0-9-]{4,34}$'::text));
alter table coins add constraint coins_uid_key UNIQUE (uid);
alter table coins add constraint kept_somewhere CHECK (((platform_id IS NULL) = (platform_account IS NULL)));
alter table commission_conditions add constraint commission_conditions_begin_amount_check CHECK ((begin_amount >= (0)::numeric));
alter table commission_conditions add constraint commission_conditions_check CHECK ((begin_amount < end_amount));
alter table commission_conditions add constraint commission_conditions_check1 CHECK (((type <> ALL (ARRAY['zero'::text, 'percent'::text])) OR (fixed = (0)::numeric)));
alter table commission_conditions add constraint commission_conditions_check2 CHECK (((type <> ALL (ARRAY['zero'::text, 'fixed'::text])) OR (percent = (0)::numeric)));
alter table commission_conditions add constraint commission_conditions_fixed_check CHECK ((fixed >= (0)::numeric));
alter table commission_conditions add constraint commission_conditions_percent_check CHECK (((percent >= (0)::numeric) AND (percent <= (100)::numeric)));
alter table commission_conditions add constraint commission_conditions_pkey PRIMARY KEY (id);
alter table commission_conditions add constraint commission_conditions_type_check CHECK ((type = ANY (ARRAY['zero'::text, 'percent'::text, 'fixed'::text, 'greater_of_fixed_or_percent'::text, 'lesser_of_fixed_or_percent'::text, 'fixed_and_percent'::text])));
alter table commission_profiles add constraint commission_profiles_contract_id_flow_issuer_id_src_person_t_key UNIQUE NULLS NOT DISTINCT (contract_id, flow, issuer_id, src_person_type, dest_person_type);
alter table commission_profiles add constraint commission_profiles_dest_person_type_check CHECK ((dest_person_type = ANY (ARRAY['base'::text, 'standard'::text, 'gold'::text, 'vip'::text])));
alter table commission_profiles add constraint commission_profiles_flow_check CHECK ((flow = ANY (ARRAY['bank_top_up'::text, 'bank_withdrawal'::text, 'transfer'::text, 'platform_deposit'::text, 'platform_withdrawal'::text, 'platform_trade'::text])));
alter table commission_profiles add constraint commission_profiles_pkey PRIMARY KEY (id);
alter table commission_profiles add constraint commission_profiles_src_person_type_check CHECK ((src_person_type = ANY (ARRAY['base'::text, 'standard'::text, 'gold'::text, 'vip'::text])));
alter table commission_rules add constraint commission_rules_check CHECK ((begins_at < ends_at));
alter table commission_rules add constraint commission_rules_direction_check CHECK ((direction = ANY (ARRAY['IN'::text, 'OUT'::text, 'SHARED'::text])));
alter table commission_rules add constraint commission_rules_pkey PRIMARY KEY (id);
alter table configuration_items add constraint configuration_items_label_check CHECK ((label ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'::text));
alter table configuration_items add constraint configuration_items_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table configuration_items add constraint configuration_items_pkey PRIMARY KEY (id);
alter table configuration_items add constraint configuration_items_project_id_section_label_key UNIQUE (project_id, section, label);
alter table configuration_items add constraint configuration_items_section_check CHECK ((section = ANY (ARRAY['account_types'::text, 'networks'::text, 'transaction_sub_types'::text])));
alter table contracts add constraint contracts_organization_type_check CHECK ((organization_type = ANY (ARRAY['individual'::text, 'merchant'::text])));
alter table contracts add constraint contracts_person_type_check CHECK ((person_type = ANY (ARRAY['base'::text, 'standard'::text, 'gold'::text, 'vip'::text])));
alter table contracts add constraint contracts_pkey PRIMARY KEY (id);
alter table currencies add constraint currencies_code_check CHECK ((code ~ '^[A-Z0-9]{2,12}$'::text));
alter table currencies add constraint currencies_fraction_check CHECK (((fraction >= 0) AND (fraction <= 18)));
alter table currencies add constraint currencies_kind_check CHECK ((kind = ANY (ARRAY['fiat'::text, 'crypto'::text, 'custom'::text])));
alter table currencies add constraint currencies_pkey PRIMARY KEY (id);
alter table currencies add constraint currencies_project_id_code_key UNIQUE (project_id, code);
alter table decisions add constraint decisions_pkey PRIMARY KEY (operation_id, person_id, verb);
alter table decisions add constraint decisions_ticket_id_key UNIQUE (ticket_id);
alter table decisions add constraint four_eyes CHECK (((person_id <> asked_by) AND (on_behalf_of IS DISTINCT FROM asked_by)));
alter table delegations add constraint delegations_check CHECK ((from_person <> to_person));
alter table delegations add constraint delegations_check1 CHECK (((until_at > from_at) AND ((until_at - from_at) <= '90 days'::interval)));
alter table delegations add constraint delegations_pkey PRIMARY KEY (id);
alter table export_pages add constraint export_pages_pkey PRIMARY KEY (export_id, page);
alter table exports add constraint exports_pkey PRIMARY KEY (id);
alter table exports add constraint exports_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'complete'::text])));
alter table exports add constraint exports_subject_check CHECK ((subject = ANY (ARRAY['operations'::text, 'accounts'::text, 'assets'::text])));
alter table first_answers add constraint first_answers_pkey PRIMARY KEY (operation_id);
alter table holds add constraint holds_amount_check CHECK ((amount > (0)::numeric));
alter table holds add constraint holds_pkey PRIMARY KEY (operation_id);
alter table holds add constraint holds_state_check CHECK ((state = ANY (ARRAY['placed'::text, 'captured'::text, 'released'::text])));
alter table import_faults add constraint import_faults_pkey PRIMARY KEY (import_id, line, field);
alter table import_keys add constraint import_keys_pkey PRIMARY KEY (import_id, key);
alter table import_pages add constraint import_pages_pkey PRIMARY KEY (import_id, upload, page);
alter table imports add constraint imports_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'jsonl'::text])));
alter table imports add constraint imports_kind_check CHECK ((kind = ANY (ARRAY['accounts'::text, 'assets'::text])));
alter table imports add constraint imports_mode_check CHECK ((mode = ANY (ARRAY['all_or_nothing'::text, 'good_rows_only'::text])));
alter table imports add constraint imports_pkey PRIMARY KEY (id);
alter table imports add constraint imports_state_check CHECK ((state = ANY (ARRAY['awaiting_file'::text, 'waiting'::text, 'validating'::text, 'applying'::text, 'complete'::text, 'refused'::text, 'cancelled'::text, 'same_as_earlier'::text])));
alter table inbox add constraint inbox_operation_id_key UNIQUE (operation_id);
alter table inbox add constraint inbox_pkey PRIMARY KEY (id);
alter table inbox add constraint inbox_project_id_platform_event_id_key UNIQUE (project_id, platform, event_id);
alter table issuers add constraint issuers_pkey PRIMARY KEY (id);
alter table issuers add constraint issuers_project_id_sn_prefix_key UNIQUE (project_id, sn_prefix);
alter table issuers add constraint issuers_sn_prefix_check CHECK ((sn_prefix ~ '^[A-Z0-9]{1,8}$'::text));
alter table limit_profiles add constraint limit_profiles_check CHECK (((qualifier = 'quantity'::text) OR (issuer_id IS NOT NULL)));
alter table limit_profiles add constraint limit_profiles_contract_id_flow_issuer_id_qualifier_time_un_key UNIQUE NULLS NOT DISTINCT (contract_id, flow, issuer_id, qualifier, time_unit);
alter table limit_profiles add constraint limit_profiles_flow_check CHECK ((flow = ANY (ARRAY['bank_top_up'::text, 'bank_withdrawal'::text, 'transfer'::text, 'platform_deposit'::text, 'platform_withdrawal'::text, 'platform_trade'::text])));
alter table limit_profiles add constraint limit_profiles_pkey PRIMARY KEY (id);
alter table limit_profiles add constraint limit_profiles_qualifier_check CHECK ((qualifier = ANY (ARRAY['amount'::text, 'quantity'::text])));
alter table limit_profiles add constraint limit_profiles_time_unit_check CHECK ((time_unit = ANY (ARRAY['per_transaction'::text, 'per_day'::text, 'per_week'::text, 'per_month'::text, 'per_quarter'::text, 'per_year'::text, 'per_life'::text])));
alter table limit_profiles add constraint limit_profiles_value_check CHECK ((value >= (0)::numeric));
alter table limit_reservations add constraint limit_reservations_pkey PRIMARY KEY (operation_id, limit_id, period);
alter table limit_usage add constraint limit_usage_pkey PRIMARY KEY (organization_id, limit_id, period);
alter table login_attempts add constraint login_attempts_failed_check CHECK ((failed > 0));
alter table login_attempts add constraint login_attempts_pkey PRIMARY KEY (login_hash);
alter table members add constraint members_pkey PRIMARY KEY (id);
alter table members add constraint members_project_id_person_id_key UNIQUE (project_id, person_id);
alter table messages add constraint message_code_only_readable CHECK (((code IS NULL) OR (text IS NOT NULL)));
alter table messages add constraint message_settled_once CHECK (((sent_at IS NULL) OR (given_up_at IS NULL)));
alter table messages add constraint message_text_once CHECK (((text IS NULL) OR (sealed IS NULL)));
alter table messages add constraint message_waits_for_a_time CHECK (((due_at IS NULL) OR (deliver_by IS NOT NULL)));
alter table messages add constraint message_waits_sealed CHECK (((due_at IS NULL) = (sealed IS NULL)));
alter table messages add constraint messages_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text])));
alter table messages add constraint messages_pkey PRIMARY KEY (id);
alter table notes add constraint about_one_thing CHECK ((num_nonnulls(user_id, operation_id) = 1));
alter table notes add constraint notes_note_check CHECK (((length(note) >= 1) AND (length(note) <= 4000)));
alter table notes add constraint notes_pkey PRIMARY KEY (id);
alter table one_time_codes add constraint code_step_of_sign_in CHECK (((purpose = 'sign_in'::text) = (step IS NOT NULL)));
alter table one_time_codes add constraint one_time_codes_pkey PRIMARY KEY (login, purpose);
alter table one_time_codes add constraint one_time_codes_purpose_check CHECK ((purpose = ANY (ARRAY['registration'::text, 'sign_in'::text, 'recovery'::text])));
alter table one_time_codes add constraint one_time_codes_step_check CHECK ((step = ANY (ARRAY['otp'::text, 'totp'::text])));
alter table one_time_codes add constraint one_time_codes_tries_left_check CHECK ((tries_left >= 0));
alter table operation_parties add constraint operation_parties_pkey PRIMARY KEY (operation_id);
alter table operations add constraint operations_amount_check CHECK ((amount > (0)::numeric));
alter table operations add constraint operations_bought_amount_check CHECK ((bought_amount > (0)::numeric));
alter table operations add constraint operations_check CHECK (((coin_id IS NOT NULL) OR (kind = ANY (ARRAY['bank_line'::text, 'suspense_return'::text])) OR ((kind = 'return'::text) AND (bank_line_id IS NOT NULL))));
alter table operations add constraint operations_check1 CHECK (((kind <> ALL (ARRAY['transfer'::text, 'platform_trade'::text])) OR (counter_coin_id IS NOT NULL)));
alter table operations add constraint operations_check2 CHECK (((kind = 'return'::text) = (return_of IS NOT NULL)));
alter table operations add constraint operations_check3 CHECK ((((kind = 'reversal'::text) = (reversal_of IS NOT NULL)) OR (kind = ANY (ARRAY['platform_deposit'::text, 'platform_withdrawal'::text]))));
alter table operations add constraint operations_commission_back_check CHECK ((commission_back >= (0)::numeric));
alter table operations add constraint operations_commission_check CHECK ((commission >= (0)::numeric));
alter table operations add constraint operations_kind_check CHECK ((kind = ANY (ARRAY['top_up'::text, 'withdrawal'::text, 'transfer'::text, 'return'::text, 'reversal'::text, 'bank_line'::text, 'suspense_return'::text, 'opening_balance'::text, 'platform_deposit'::text, 'platform_withdrawal'::text, 'platform_trade'::text, 'platform_credit'::text, 'platform_debit'::text])));
alter table operations add constraint operations_pkey PRIMARY KEY (id);
alter table operations add constraint operations_project_id_id_asked_by_key UNIQUE (project_id, id, asked_by);
alter table operations add constraint operations_recipient_amount_check CHECK ((recipient_amount > (0)::numeric));
alter table operations add constraint operations_request_identifier_key UNIQUE (request_identifier);
alter table operations add constraint operations_sender_amount_check CHECK ((sender_amount > (0)::numeric));
alter table operations add constraint operations_sold_amount_check CHECK ((sold_amount > (0)::numeric));
alter table operations add constraint operations_state_check CHECK ((state = ANY (ARRAY['received'::text, 'refused'::text, 'limited'::text, 'screening'::text, 'review'::text, 'awaiting_decision'::text, 'at_platform'::text, 'outcome_unknown'::text, 'awaiting_reference'::text, 'processed'::text, 'declined'::text, 'rejected'::text, 'failed'::text])));
alter table order_sends add constraint order_sends_pkey PRIMARY KEY (operation_id, send);
alter table organizations add constraint frozen_for_a_reason CHECK (((frozen_at IS NULL) = (frozen_reason IS NULL)));
alter table organizations add constraint only_clients_are_frozen CHECK (((frozen_at IS NULL) OR (type = ANY (ARRAY['individual'::text, 'merchant'::text]))));
alter table organizations add constraint organizations_frozen_reason_check CHECK ((frozen_reason = ANY (ARRAY['AML'::text, 'FRAUD'::text, 'OTHER'::text])));
alter table organizations add constraint organizations_identification_status_check CHECK ((identification_status = ANY (ARRAY['none'::text, 'pending'::text, 'approved'::text, 'declined'::text, 'review_required'::text, 'not_available'::text])));
alter table organizations add constraint organizations_legal_type_check CHECK ((legal_type = ANY (ARRAY['individual'::text, 'corporation'::text])));
alter table organizations add constraint organizations_pkey PRIMARY KEY (id);
alter table organizations add constraint organizations_type_check CHECK ((type = ANY (ARRAY['system'::text, 'individual'::text, 'merchant'::text, 'cash_desk'::text, 'support'::text])));
alter table people add constraint people_login_check CHECK ((login = lower(login)));
alter table people add constraint people_login_key UNIQUE (login);
alter table people add constraint people_pkey PRIMARY KEY (id);
alter table people add constraint people_two_step_check CHECK ((two_step = ANY (ARRAY['none'::text, 'otp'::text, 'totp'::text])));
alter table person_projects add constraint person_projects_pkey PRIMARY KEY (person_id, project_id);
alter table platform_answers add constraint platform_answers_call_check CHECK ((call = ANY (ARRAY['send'::text, 'look_up'::text])));
alter table platform_answers add constraint platform_answers_kind_check CHECK ((kind = ANY (ARRAY['confirmed'::text, 'refused'::text, 'pending'::text, 'unknown'::text, 'absent'::text, 'returned'::text, 'not_sent'::text, 'ambiguous'::text])));
alter table platform_answers add constraint platform_answers_pkey PRIMARY KEY (id);
alter table platform_entries add constraint platform_entries_entry_id_check CHECK (((length(entry_id) >= 1) AND (length(entry_id) <= 200)));
alter table platform_entries add constraint platform_entries_pkey PRIMARY KEY (platform_id, account, currency, entry_id);
alter table platform_orders add constraint platform_orders_pkey PRIMARY KEY (operation_id);
alter table platforms add constraint platforms_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table platforms add constraint platforms_pkey PRIMARY KEY (id);
alter table postings add constraint postings_amount_check CHECK ((amount <> (0)::numeric));
alter table postings add constraint postings_pkey PRIMARY KEY (operation_id, id);
alter table postings add constraint postings_type_check CHECK ((type = ANY (ARRAY['transfer'::text, 'issue'::text, 'redeem'::text, 'capture'::text, 'reversal'::text, 'commission'::text])));
alter table project_of add constraint project_of_pkey PRIMARY KEY (id);
alter table projects add constraint projects_decision_expires_ms_check CHECK ((decision_expires_ms > 0));
alter table projects add constraint projects_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text));
alter table projects add constraint projects_key_key UNIQUE (key);
alter table projects add constraint projects_pkey PRIMARY KEY (id);
alter table reconciliation_runs add constraint reconciliation_runs_pkey PRIMARY KEY (id);
alter table reconciliation_runs add constraint reconciliation_runs_project_id_opened_for_key UNIQUE (project_id, opened_for);
alter table reconciliation_runs add constraint reconciliation_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'complete'::text, 'incomplete'::text])));
alter table schema_migrations add constraint schema_migrations_pkey PRIMARY KEY (name);
alter table screening_entries add constraint screening_entries_country_check CHECK ((country ~ '^[A-Z]{2}$'::text));
alter table screening_entries add constraint screening_entries_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organization'::text])));
alter table screening_entries add constraint screening_entries_pkey PRIMARY KEY (id);
alter table screening_lists add constraint screening_lists_check CHECK ((near_from <= match_from));
alter table screening_lists add constraint screening_lists_match_from_check CHECK (((match_from >= 1) AND (match_from <= 100)));
alter table screening_lists add constraint screening_lists_near_from_check CHECK (((near_from >= 1) AND (near_from <= 100)));
alter table screening_lists add constraint screening_lists_on_match_check CHECK ((on_match = ANY (ARRAY['hit'::text, 'review'::text])));
alter table screening_lists add constraint screening_lists_pkey PRIMARY KEY (id);
alter table screening_lists add constraint screening_lists_project_id_name_key UNIQUE (project_id, name);
alter table screening_policies add constraint screening_policies_check CHECK (((from_amount IS NULL) OR (issuer_id IS NOT NULL)));
alter table screening_policies add constraint screening_policies_from_amount_check CHECK ((from_amount > (0)::numeric));
alter table screening_policies add constraint screening_policies_kinds_check CHECK (((cardinality(kinds) > 0) AND (kinds <@ ARRAY['top_up'::text, 'withdrawal'::text, 'transfer'::text, 'platform_deposit'::text, 'platform_withdrawal'::text, 'platform_trade'::text])));
alter table screening_policies add constraint screening_policies_max_age_ms_check CHECK ((max_age_ms > 0));
alter table screening_policies add constraint screening_policies_patience_ms_check CHECK ((patience_ms > 0));
alter table screening_policies add constraint screening_policies_pkey PRIMARY KEY (id);
alter table screening_policies add constraint screening_policies_project_id_name_key UNIQUE (project_id, name);
alter table screening_rules add constraint screening_rules_check CHECK (((type = ANY (ARRAY['amount'::text, 'velocity_sum'::text])) = (from_amount IS NOT NULL)));
alter table screening_rules add constraint screening_rules_check1 CHECK (((from_amount IS NULL) OR (issuer_id IS NOT NULL)));
alter table screening_rules add constraint screening_rules_check2 CHECK (((type = 'velocity_count'::text) = (from_count IS NOT NULL)));
alter table screening_rules add constraint screening_rules_check3 CHECK (((type = ANY (ARRAY['velocity_count'::text, 'velocity_sum'::text])) = (window_hours IS NOT NULL)));
alter table screening_rules add constraint screening_rules_check4 CHECK (((type = 'country'::text) = (countries IS NOT NULL)));
alter table screening_rules add constraint screening_rules_countries_check CHECK (((countries IS NULL) OR (cardinality(countries) > 0)));
alter table screening_rules add constraint screening_rules_from_amount_check CHECK ((from_amount > (0)::numeric));
alter table screening_rules add constraint screening_rules_from_count_check CHECK ((from_count > 0));
alter table screening_rules add constraint screening_rules_kinds_check CHECK (((cardinality(kinds) > 0) AND (kinds <@ ARRAY['top_up'::text, 'withdrawal'::text, 'transfer'::text, 'platform_deposit'::text, 'platform_withdrawal'::text, 'platform_trade'::text])));
alter table screening_rules add constraint screening_rules_pkey PRIMARY KEY (id);
alter table screening_rules add constraint screening_rules_project_id_name_key UNIQUE (project_id, name);
alter table screening_rules add constraint screening_rules_type_check CHECK ((type = ANY (ARRAY['amount'::text, 'velocity_count'::text, 'velocity_sum'::text, 'country'::text])));
alter table screening_rules add constraint screening_rules_verdict_check CHECK ((verdict = ANY (ARRAY['hit'::text, 'review'::text])));
alter table screening_rules add constraint screening_rules_window_hours_check CHECK (((window_hours >= 1) AND (window_hours <= 8784)));
alter table screening_versions add constraint screening_versions_pkey PRIMARY KEY (project_id);
alter table screenings add constraint screenings_check CHECK (((verdict IS NULL) = (answered_at IS NULL)));
alter table screenings add constraint screenings_n_check CHECK ((n > 0));
alter table screenings add constraint screenings_pkey PRIMARY KEY (operation_id, n);
alter table screenings add constraint screenings_verdict_check CHECK ((verdict = ANY (ARRAY['clear'::text, 'hit'::text, 'review'::text])));
alter table steps add constraint steps_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'refused'::text, 'late'::text])));
alter table steps add constraint steps_pkey PRIMARY KEY (operation_id, step);
alter table stray_workflows add constraint stray_workflows_pkey PRIMARY KEY (id);
alter table stray_workflows add constraint stray_workflows_workflow_id_run_id_what_key UNIQUE (workflow_id, run_id, what);
alter table tickets add constraint tickets_delivery_check CHECK ((delivery = ANY (ARRAY['api'::text, 'carried'::text])));
alter table tickets add constraint tickets_pkey PRIMARY KEY (id);
alter table tickets add constraint tickets_verb_check CHECK ((verb = ANY (ARRAY['accept'::text, 'decline'::text, 'allow'::text, 'clear'::text, 'reject'::text, 'confirm_payout'::text, 'refuse_payout'::text])));
alter table tokens add constraint tokens_pkey PRIMARY KEY (token_hash);
alter table totp_recovery_codes add constraint totp_recovery_codes_pkey PRIMARY KEY (person_id, code_hash);
alter table totp_secrets add constraint totp_secrets_pkey PRIMARY KEY (person_id);
alter table wallets add constraint wallets_address_check CHECK (((length(address) >= 1) AND (length(address) <= 200)));
alter table wallets add constraint wallets_pkey PRIMARY KEY (id);
alter table wallets add constraint wallets_project_id_network_address_key UNIQUE (project_id, network, address);
alter table accounts add constraint accounts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table approval_rule_changes add constraint approval_rule_changes_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES people(id);
alter table approval_rule_changes add constraint approval_rule_changes_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table approval_rule_changes add constraint approval_rule_changes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table approval_rule_changes add constraint approval_rule_changes_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES people(id);
alter table approval_rule_versions add constraint approval_rule_versions_change_id_fkey FOREIGN KEY (change_id) REFERENCES approval_rule_changes(id);
alter table approval_rule_versions add constraint approval_rule_versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table approval_rule_versions add constraint approval_rule_versions_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES approval_rules(id);
alter table approval_rules add constraint approval_rules_change_id_fkey FOREIGN KEY (change_id) REFERENCES approval_rule_changes(id);
alter table approval_rules add constraint approval_rules_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table approval_rules add constraint approval_rules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table audit_heads add constraint audit_heads_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table balances add constraint balances_account_id_fkey FOREIGN KEY (account_id) REFERENCES book_accounts(id);
alter table bank_accounts add constraint bank_accounts_bank_id_fkey FOREIGN KEY (bank_id) REFERENCES banks(id);
alter table bank_accounts add constraint bank_accounts_coin_id_fkey FOREIGN KEY (coin_id) REFERENCES coins(id);
alter table bank_accounts add constraint bank_accounts_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES people(id);
alter table bank_accounts add constraint bank_accounts_made_by_fkey FOREIGN KEY (made_by) REFERENCES people(id);
alter table bank_accounts add constraint bank_accounts_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table bank_accounts add constraint bank_accounts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table bank_lines add constraint bank_lines_bank_id_fkey FOREIGN KEY (bank_id) REFERENCES banks(id);
alter table bank_lines add constraint bank_lines_brought_by_fkey FOREIGN KEY (brought_by) REFERENCES operations(id) DEFERRABLE INITIALLY DEFERRED;
alter table bank_lines add constraint bank_lines_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table bank_lines add constraint bank_lines_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table bank_lines add constraint bank_lines_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table banks add constraint banks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table book_accounts add constraint book_accounts_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table book_accounts add constraint book_accounts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table breaks add constraint breaks_last_run_fkey FOREIGN KEY (last_run) REFERENCES reconciliation_runs(id);
alter table breaks add constraint breaks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table breaks add constraint breaks_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES people(id);
alter table breaks add constraint breaks_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES people(id);
alter table coins add constraint coins_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
alter table coins add constraint coins_bank_id_fkey FOREIGN KEY (bank_id) REFERENCES banks(id);
alter table coins add constraint coins_blocked_by_fkey FOREIGN KEY (blocked_by) REFERENCES people(id);
alter table coins add constraint coins_created_by_fkey FOREIGN KEY (created_by) REFERENCES people(id);
alter table coins add constraint coins_id_fkey FOREIGN KEY (id) REFERENCES book_accounts(id);
alter table coins add constraint coins_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table coins add constraint coins_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table coins add constraint coins_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id);
alter table coins add constraint coins_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table commission_conditions add constraint commission_conditions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table commission_conditions add constraint commission_conditions_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES commission_rules(id) ON DELETE CASCADE;
alter table commission_profiles add constraint commission_profiles_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contracts(id);
alter table commission_profiles add constraint commission_profiles_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table commission_profiles add constraint commission_profiles_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table commission_rules add constraint commission_rules_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES commission_profiles(id) ON DELETE CASCADE;
alter table commission_rules add constraint commission_rules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table configuration_items add constraint configuration_items_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table contracts add constraint contracts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table currencies add constraint currencies_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table decisions add constraint decisions_on_behalf_of_fkey FOREIGN KEY (on_behalf_of) REFERENCES people(id);
alter table decisions add constraint decisions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table decisions add constraint decisions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table decisions add constraint decisions_project_id_operation_id_asked_by_fkey FOREIGN KEY (project_id, operation_id, asked_by) REFERENCES operations(project_id, id, asked_by);
alter table decisions add constraint decisions_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);
alter table delegations add constraint delegations_from_person_fkey FOREIGN KEY (from_person) REFERENCES people(id);
alter table delegations add constraint delegations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table delegations add constraint delegations_to_person_fkey FOREIGN KEY (to_person) REFERENCES people(id);
alter table export_pages add constraint export_pages_export_id_fkey FOREIGN KEY (export_id) REFERENCES exports(id);
alter table export_pages add constraint export_pages_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table exports add constraint exports_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES people(id);
alter table exports add constraint exports_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table exports add constraint exports_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table holds add constraint holds_account_id_fkey FOREIGN KEY (account_id) REFERENCES book_accounts(id);
alter table import_faults add constraint import_faults_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id);
alter table import_faults add constraint import_faults_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table import_pages add constraint import_pages_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id);
alter table import_pages add constraint import_pages_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table imports add constraint imports_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES people(id);
alter table imports add constraint imports_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table imports add constraint imports_same_as_fkey FOREIGN KEY (same_as) REFERENCES imports(id);
alter table inbox add constraint inbox_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table issuers add constraint issuers_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES currencies(id);
alter table issuers add constraint issuers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table limit_profiles add constraint limit_profiles_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contracts(id);
alter table limit_profiles add constraint limit_profiles_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table limit_profiles add constraint limit_profiles_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table limit_reservations add constraint limit_reservations_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table limit_reservations add constraint limit_reservations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table limit_reservations add constraint limit_reservations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table limit_usage add constraint limit_usage_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table limit_usage add constraint limit_usage_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table members add constraint members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table members add constraint members_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table members add constraint members_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table messages add constraint messages_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table notes add constraint notes_made_by_fkey FOREIGN KEY (made_by) REFERENCES people(id);
alter table notes add constraint notes_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table notes add constraint notes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table notes add constraint notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES people(id);
alter table one_time_codes add constraint one_time_codes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table operation_parties add constraint operation_parties_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table operations add constraint operations_bank_id_fkey FOREIGN KEY (bank_id) REFERENCES banks(id);
alter table operations add constraint operations_return_of_fkey FOREIGN KEY (return_of) REFERENCES operations(id);
alter table operations add constraint operations_reversal_of_fkey FOREIGN KEY (reversal_of) REFERENCES operations(id);
alter table order_sends add constraint order_sends_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table order_sends add constraint order_sends_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table organizations add constraint organizations_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contracts(id);
alter table organizations add constraint organizations_frozen_by_fkey FOREIGN KEY (frozen_by) REFERENCES people(id);
alter table organizations add constraint organizations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table organizations add constraint organizations_unfrozen_by_fkey FOREIGN KEY (unfrozen_by) REFERENCES people(id);
alter table person_projects add constraint person_projects_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table person_projects add constraint person_projects_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table platform_answers add constraint platform_answers_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table platform_answers add constraint platform_answers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table platform_entries add constraint platform_entries_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table platform_entries add constraint platform_entries_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id);
alter table platform_entries add constraint platform_entries_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table platform_orders add constraint platform_orders_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table platform_orders add constraint platform_orders_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id);
alter table platform_orders add constraint platform_orders_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table platforms add constraint platforms_created_by_fkey FOREIGN KEY (created_by) REFERENCES people(id);
alter table platforms add constraint platforms_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table reconciliation_runs add constraint reconciliation_runs_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES people(id);
alter table reconciliation_runs add constraint reconciliation_runs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table screening_entries add constraint screening_entries_list_id_fkey FOREIGN KEY (list_id) REFERENCES screening_lists(id);
alter table screening_entries add constraint screening_entries_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table screening_lists add constraint screening_lists_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table screening_policies add constraint screening_policies_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table screening_policies add constraint screening_policies_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table screening_rules add constraint screening_rules_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table screening_rules add constraint screening_rules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table screening_versions add constraint screening_versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table screenings add constraint screenings_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table screenings add constraint screenings_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table tickets add constraint tickets_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table tickets add constraint tickets_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table tickets add constraint tickets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table tokens add constraint tokens_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table tokens add constraint tokens_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table totp_recovery_codes add constraint totp_recovery_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES totp_secrets(person_id) ON DELETE CASCADE;
alter table totp_secrets add constraint totp_secrets_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table wallets add constraint wallets_coin_id_fkey FOREIGN KEY (coin_id) REFERENCES coins(id);
alter table wallets add constraint wallets_created_by_fkey FOREIGN KEY (created_by) REFERENCES people(id);
alter table wallets add constraint wallets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);

-- Indexes

CREATE UNIQUE INDEX a_return_once ON public.operations USING btree (project_id, platform, return_reference) WHERE (return_reference IS NOT NULL);
CREATE INDEX accounts_by_id ON public.accounts USING btree (project_id, id COLLATE "C");
CREATE INDEX accounts_by_status ON public.accounts USING btree (project_id, active, created_at DESC, id DESC);
CREATE INDEX accounts_newest ON public.accounts USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX accounts_of_organization ON public.accounts USING btree (project_id, organization_id, created_at DESC, id DESC);
CREATE INDEX accounts_of_type ON public.accounts USING btree (project_id, type, created_at DESC, id DESC);
CREATE INDEX accounts_of_type_by_status ON public.accounts USING btree (project_id, type, active, created_at DESC, id DESC);
CREATE INDEX approval_rule_changes_by_state ON public.approval_rule_changes USING btree (project_id, state, proposed_at);
CREATE INDEX approval_rule_changes_of_rule ON public.approval_rule_changes USING btree (rule_id);
CREATE INDEX approval_rules_by_kind ON public.approval_rules USING btree (project_id, kind) WHERE active;
CREATE INDEX audit_by_actor ON public.audit_rows USING btree (project_id, actor_id, seq);
CREATE INDEX audit_by_subject ON public.audit_rows USING btree (project_id, subject_id, seq);
CREATE INDEX bank_accounts_of_coin ON public.bank_accounts USING btree (coin_id);
CREATE INDEX bank_accounts_of_person ON public.bank_accounts USING btree (project_id, person_id);
CREATE INDEX bank_lines_of_operation ON public.bank_lines USING btree (operation_id) WHERE (operation_id IS NOT NULL);
CREATE INDEX bank_lines_open ON public.bank_lines USING btree (project_id, created_at) WHERE (settled_at IS NULL);
CREATE INDEX breaks_newest ON public.breaks USING btree (project_id, last_seen DESC, id DESC);
CREATE INDEX breaks_open ON public.breaks USING btree (project_id, part, about_at) WHERE (state = 'open'::text);
CREATE INDEX coins_by_external_id ON public.coins USING btree (project_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX coins_newest ON public.coins USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX coins_of_account ON public.coins USING btree (account_id, created_at DESC, id DESC);
CREATE INDEX coins_of_issuer ON public.coins USING btree (project_id, issuer_id, created_at DESC, id DESC);
CREATE INDEX coins_of_organization ON public.coins USING btree (organization_id);
CREATE INDEX commission_conditions_of_rule ON public.commission_conditions USING btree (rule_id, begin_amount);
CREATE INDEX commission_rules_of_profile ON public.commission_rules USING btree (profile_id, begins_at);
CREATE INDEX contracts_by_age ON public.contracts USING btree (project_id, created_at);
CREATE INDEX delegations_from ON public.delegations USING btree (project_id, from_person, until_at);
CREATE INDEX delegations_to ON public.delegations USING btree (project_id, to_person, until_at);
CREATE INDEX deposits_of_coin ON public.operations USING btree (coin_id) INCLUDE (recipient_amount) WHERE ((kind = ANY (ARRAY['top_up'::text, 'opening_balance'::text, 'platform_deposit'::text])) AND (state = 'processed'::text));
CREATE INDEX exports_of_person ON public.exports USING btree (project_id, asked_by, state);
CREATE INDEX imports_newest ON public.imports USING btree (project_id, created_at, id);
CREATE INDEX imports_not_cleared ON public.imports USING btree (project_id, created_at) WHERE (cleared_at IS NULL);
CREATE INDEX inbox_about ON public.inbox USING btree (project_id, reference);
CREATE INDEX inbox_to_handle ON public.inbox USING btree (project_id, created_at) WHERE (handled_at IS NULL);
CREATE INDEX login_attempts_by_age ON public.login_attempts USING btree (failed_at);
CREATE INDEX members_by_age ON public.members USING btree (project_id, created_at);
CREATE INDEX members_of_organization ON public.members USING btree (organization_id);
CREATE INDEX messages_by_age ON public.messages USING btree (project_id, created_at);
CREATE INDEX messages_due ON public.messages USING btree (project_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX messages_to ON public.messages USING btree (project_id, recipient, id DESC);
CREATE INDEX notes_on_operation ON public.notes USING btree (project_id, operation_id, created_at, id) WHERE (operation_id IS NOT NULL);
CREATE INDEX notes_on_user ON public.notes USING btree (project_id, user_id, created_at, id) WHERE (user_id IS NOT NULL);
CREATE UNIQUE INDEX one_asset_of_a_place ON public.coins USING btree (platform_id, platform_account, issuer_id) WHERE ((platform_id IS NOT NULL) AND (closed_at IS NULL));
CREATE UNIQUE INDEX one_authority_one_accept ON public.decisions USING btree (operation_id, COALESCE(on_behalf_of, person_id)) WHERE (verb = 'accept'::text);
CREATE UNIQUE INDEX one_coin_of_an_issuer ON public.coins USING btree (organization_id, account_id, issuer_id, platform_id) NULLS NOT DISTINCT WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX one_default_bank_account ON public.bank_accounts USING btree (coin_id) WHERE is_default;
CREATE UNIQUE INDEX one_default_project ON public.person_projects USING btree (person_id) WHERE is_default;
CREATE UNIQUE INDEX one_global_contract ON public.contracts USING btree (project_id, organization_type, person_type) WHERE (global AND active);
CREATE UNIQUE INDEX one_import_of_a_file ON public.imports USING btree (project_id, kind, sha256) WHERE (state = ANY (ARRAY['waiting'::text, 'validating'::text, 'applying'::text, 'complete'::text]));
CREATE UNIQUE INDEX one_main_coin ON public.coins USING btree (organization_id) WHERE (main AND (closed_at IS NULL));
CREATE UNIQUE INDEX one_main_currency ON public.currencies USING btree (project_id) WHERE is_main;
CREATE UNIQUE INDEX one_opening_balance ON public.operations USING btree (coin_id) WHERE (kind = 'opening_balance'::text);
CREATE UNIQUE INDEX one_operation_per_key ON public.operations USING btree (project_id, asked_by, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE UNIQUE INDEX one_own_account ON public.accounts USING btree (organization_id) WHERE own;
CREATE UNIQUE INDEX one_platform_of_a_label ON public.platforms USING btree (project_id, label) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX one_running_import ON public.imports USING btree (project_id) WHERE (state = ANY (ARRAY['validating'::text, 'applying'::text]));
CREATE UNIQUE INDEX one_system_account_of_a_type ON public.book_accounts USING btree (issuer_id, type) WHERE (NOT strict);
CREATE INDEX one_time_codes_by_expiry ON public.one_time_codes USING btree (expires_at);
CREATE INDEX operations_before_a_person ON public.operations USING btree (project_id, created_at, id) WHERE (attention IS NOT NULL);
CREATE INDEX operations_by_issuer ON public.operations USING btree (project_id, issuer_id, created_at, id);
CREATE INDEX operations_by_kind ON public.operations USING btree (project_id, kind, created_at, id);
CREATE INDEX operations_by_state ON public.operations USING btree (project_id, state, created_at, id);
CREATE INDEX operations_newest ON public.operations USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX operations_of_bank_line ON public.operations USING btree (bank_line_id) WHERE (bank_line_id IS NOT NULL);
CREATE INDEX operations_of_coin ON public.operations USING btree (project_id, coin_id, created_at DESC);
CREATE INDEX operations_of_organization ON public.operations USING btree (project_id, organization_id, created_at DESC);
CREATE INDEX operations_open ON public.operations USING btree (project_id, state, state_since) WHERE (state = ANY (ARRAY['received'::text, 'limited'::text, 'screening'::text, 'review'::text, 'awaiting_decision'::text, 'at_platform'::text, 'outcome_unknown'::text, 'awaiting_reference'::text]));
CREATE INDEX operations_to_coin ON public.operations USING btree (project_id, counter_coin_id, created_at DESC) WHERE (counter_coin_id IS NOT NULL);
CREATE INDEX order_sends_by_time ON public.order_sends USING btree (project_id, at);
CREATE INDEX organizations_by_type ON public.organizations USING btree (project_id, type, created_at);
CREATE INDEX organizations_frozen ON public.organizations USING btree (project_id, frozen_at) WHERE (frozen_at IS NOT NULL);
CREATE INDEX platform_answers_of_operation ON public.platform_answers USING btree (operation_id, id);
CREATE INDEX platform_entries_of_operation ON public.platform_entries USING btree (operation_id);
CREATE INDEX platform_orders_newest ON public.platform_orders USING btree (platform_id, account, currency, opened_at);
CREATE INDEX platform_orders_under_way ON public.platform_orders USING btree (platform_id, account, currency) WHERE (ended_at IS NULL);
CREATE INDEX postings_by_time ON public.postings USING brin (created_at);
CREATE INDEX postings_of_account ON public.postings USING btree (account_id, id);
CREATE INDEX reconciliation_runs_newest ON public.reconciliation_runs USING btree (project_id, started_at DESC, id DESC);
CREATE INDEX returns_of ON public.operations USING btree (project_id, return_of) WHERE (return_of IS NOT NULL);
CREATE INDEX reversals_of ON public.operations USING btree (project_id, reversal_of) WHERE (reversal_of IS NOT NULL);
CREATE INDEX screening_entries_of_list ON public.screening_entries USING btree (project_id, list_id, id);
CREATE INDEX screenings_newest ON public.screenings USING btree (project_id, started_at DESC, operation_id, n);
CREATE INDEX tickets_of_operation ON public.tickets USING btree (operation_id);
CREATE INDEX tickets_to_deliver ON public.tickets USING btree (project_id, deliver_at) WHERE ((delivery = 'api'::text) AND ((outcome IS NULL) OR ((outcome = 'applied'::text) AND (heard_at IS NULL))));
CREATE INDEX tokens_by_expiry ON public.tokens USING btree (expires_at);
CREATE INDEX tokens_of_person ON public.tokens USING btree (person_id);
CREATE INDEX wallets_of_coin ON public.wallets USING btree (coin_id);

-- Row-level security

alter table accounts enable row level security;
alter table accounts force row level security;
alter table approval_rule_changes enable row level security;
alter table approval_rule_changes force row level security;
alter table approval_rule_versions enable row level security;
alter table approval_rule_versions force row level security;
alter table approval_rules enable row level security;
alter table approval_rules force row level security;
alter table audit_heads enable row level security;
alter table audit_heads force row level security;
alter table audit_rows enable row level security;
alter table audit_rows force row level security;
alter table balances enable row level security;
alter table balances force row level security;
alter table bank_accounts enable row level security;
alter table bank_accounts force row level security;
alter table bank_lines enable row level security;
alter table bank_lines force row level security;
alter table banks enable row level security;
alter table banks force row level security;
alter table book_accounts enable row level security;
alter table book_accounts force row level security;
alter table breaks enable row level security;
alter table breaks force row level security;
alter table coins enable row level security;
alter table coins force row level security;
alter table commission_conditions enable row level security;
alter table commission_conditions force row level security;
alter table commission_profiles enable row level security;
alter table commission_profiles force row level security;
alter table commission_rules enable row level security;
alter table commission_rules force row level security;
alter table configuration_items enable row level security;
alter table configuration_items force row level security;
alter table contracts enable row level security;
alter table contracts force row level security;
alter table currencies enable row level security;
alter table currencies force row level security;
alter table decisions enable row level security;
alter table decisions force row level security;
alter table delegations enable row level security;
alter table delegations force row level security;
alter table export_pages enable row level security;
alter table export_pages force row level security;
alter table exports enable row level security;
alter table exports force row level security;
alter table first_answers enable row level security;
alter table first_answers force row level security;
alter table holds enable row level security;
alter table holds force row level security;
alter table import_faults enable row level security;
alter table import_faults force row level security;
alter table import_keys enable row level security;
alter table import_keys force row level security;
alter table import_pages enable row level security;
alter table import_pages force row level security;
alter table imports enable row level security;
alter table imports force row level security;
alter table inbox enable row level security;
alter table inbox force row level security;
alter table issuers enable row level security;
alter table issuers force row level security;
alter table limit_profiles enable row level security;
alter table limit_profiles force row level security;
alter table limit_reservations enable row level security;
alter table limit_reservations force row level security;
alter table limit_usage enable row level security;
alter table limit_usage force row level security;
alter table members enable row level security;
alter table members force row level security;
alter table messages enable row level security;
alter table messages force row level security;
alter table notes enable row level security;
alter table notes force row level security;
alter table operation_parties enable row level security;
alter table operation_parties force row level security;
alter table operations enable row level security;
alter table operations force row level security;
alter table order_sends enable row level security;
alter table order_sends force row level security;
alter table organizations enable row level security;
alter table organizations force row level security;
alter table platform_answers enable row level security;
alter table platform_answers force row level security;
alter table platform_entries enable row level security;
alter table platform_entries force row level security;
alter table platform_orders enable row level security;
alter table platform_orders force row level security;
alter table platforms enable row level security;
alter table platforms force row level security;
alter table postings enable row level security;
alter table postings force row level security;
alter table reconciliation_runs enable row level security;
alter table reconciliation_runs force row level security;
alter table screening_entries enable row level security;
alter table screening_entries force row level security;
alter table screening_lists enable row level security;
alter table screening_lists force row level security;
alter table screening_policies enable row level security;
alter table screening_policies force row level security;
alter table screening_rules enable row level security;
alter table screening_rules force row level security;
alter table screening_versions enable row level security;
alter table screening_versions force row level security;
alter table screenings enable row level security;
alter table screenings force row level security;
alter table steps enable row level security;
alter table steps force row level security;
alter table tickets enable row level security;
alter table tickets force row level security;
alter table wallets enable row level security;
alter table wallets force row level security;

-- Policies

create policy own_project on accounts as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on approval_rule_changes as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on approval_rule_versions as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on approval_rules as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on audit_heads as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on audit_rows as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on balances as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on bank_accounts as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on bank_lines as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on banks as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on book_accounts as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on breaks as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on coins as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on commission_conditions as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on commission_profiles as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on commission_rules as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on configuration_items as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on contracts as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on currencies as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on decisions as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on delegations as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on export_pages as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on exports as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on first_answers as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on holds as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on import_faults as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on import_keys as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on import_pages as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on imports as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on inbox as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on issuers as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on limit_profiles as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on limit_reservations as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on limit_usage as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on members as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on messages as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on notes as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on operation_parties as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on operations as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on order_sends as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on organizations as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on platform_answers as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on platform_entries as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on platform_orders as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on platforms as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on postings as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on reconciliation_runs as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on screening_entries as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on screening_lists as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on screening_policies as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on screening_rules as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on screening_versions as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on screenings as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on steps as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on tickets as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on wallets as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));

-- Triggers

CREATE TRIGGER never_deleted BEFORE DELETE ON public.accounts FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_decided BEFORE DELETE OR UPDATE ON public.approval_rule_changes FOR EACH ROW EXECUTE FUNCTION keep_decided_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.approval_rule_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.approval_rule_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER guard BEFORE INSERT OR DELETE OR UPDATE ON public.approval_rules FOR EACH ROW EXECUTE FUNCTION guard_approval_rule();
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE ON public.approval_rules FOR EACH ROW EXECUTE FUNCTION keep_approval_rule_version();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.audit_rows FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.book_accounts FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.book_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.coins FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.coins FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER no_overlap AFTER INSERT OR UPDATE ON public.commission_conditions FOR EACH ROW EXECUTE FUNCTION refuse_overlap();
CREATE TRIGGER no_overlap AFTER INSERT OR UPDATE ON public.commission_rules FOR EACH ROW EXECUTE FUNCTION refuse_overlap();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.first_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.first_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.issuers FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.issuers FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.operations FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.operations FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.organizations FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.organizations FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER unfreezing_takes_another BEFORE UPDATE ON public.organizations FOR EACH ROW WHEN ((old.frozen_at IS NOT NULL)) EXECUTE FUNCTION unfreezing_takes_another();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.people FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.people FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.platform_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.platform_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.platform_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.platform_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.platforms FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.platforms FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_sum_to_zero AFTER INSERT ON public.postings REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION postings_sum_to_zero();
CREATE TRIGGER never_deleted BEFORE DELETE ON public.projects FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON public.projects FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER open_contracts AFTER INSERT ON public.projects FOR EACH ROW EXECUTE FUNCTION open_contracts_of_new_project();
CREATE TRIGGER move_version AFTER INSERT OR DELETE OR UPDATE ON public.screening_entries FOR EACH STATEMENT EXECUTE FUNCTION move_screening_version();
CREATE TRIGGER move_version AFTER INSERT OR DELETE OR UPDATE ON public.screening_lists FOR EACH STATEMENT EXECUTE FUNCTION move_screening_version();
CREATE TRIGGER move_version AFTER INSERT OR DELETE OR UPDATE ON public.screening_rules FOR EACH STATEMENT EXECUTE FUNCTION move_screening_version();
CREATE TRIGGER answered_once BEFORE DELETE OR UPDATE ON public.screenings FOR EACH ROW EXECUTE FUNCTION keep_screening_answer();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.steps FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
