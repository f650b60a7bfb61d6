-- The tables that the migrations make and the views of db/views, for people to read. The functions are in db/functions;
-- those that a table's definition needs stand beside it in db/migrations.
-- Written by db/dump-schema.ts; a test says that it is true.

create sequence coin_numbers start 1;
create sequence request_identifiers start 100001;

create table schema_migrations (
  name text primary key,
  sha256 text not null,
  at timestamptz not null default now()
);
comment on table schema_migrations is 'A row is a file of db/migrations that was applied.';

create table schema_code (
  sha256 text primary key,
  routines text[] not null,
  views text[] not null,
  types text[] not null,
  at timestamptz not null default now()
);
comment on table schema_code is
  'The one row names what db/functions and db/views have created here, and the hash of their text.';

create table projects (
  id text primary key,
  key text not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  time_zone text not null default 'UTC',
  decision_expires_ms bigint not null default 604800000 check (decision_expires_ms > 0),
  created_at timestamptz not null default now(),
  clients_need_otp boolean not null default false,
  staff_need_otp boolean not null default false
);
comment on table projects is 'A row is a tenant: one company with its own clients, book and settings.';
select never_deleted('projects');
create trigger open_contracts after insert on projects for each row execute function open_contracts_of_new_project();

create table project_of (
  id text primary key,
  project_id text not null
);
comment on table project_of is
  'A row says which project an id belongs to, for workflows, tickets and calls of platforms, which bring only the id.';

create table audit_heads (
  project_id text primary key references projects(id),
  seq bigint not null default 0,
  hash bytea not null default '\x'::bytea
);
comment on table audit_heads is 'A row is the end of one project''s audit log: the number and hash of its last row.';
select protect('audit_heads');

create table audit_rows (
  project_id text not null,
  seq bigint not null,
  at timestamptz not null,
  actor_id text,
  source text not null,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (project_id, seq)
);
comment on table audit_rows is
  'A row is one act of a person or of the engine, chained by its hash to the row before it in the same project.';
create index audit_by_actor on audit_rows (project_id, actor_id, seq);
create index audit_by_subject on audit_rows (project_id, subject_id, seq);
select protect('audit_rows');
select append_only('audit_rows');

create table currencies (
  id text primary key,
  project_id text not null references projects(id),
  code text not null check (code ~ '^[A-Z0-9]{2,12}$'),
  digital_code text not null,
  symbol text not null,
  name text not null,
  description text,
  sn_prefix text,
  fraction int not null check (fraction >= 0 and fraction <= 18),
  kind text not null default 'fiat' check (kind in ('fiat', 'crypto', 'custom')),
  active boolean not null default true,
  is_main boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, code)
);
comment on table currencies is
  'A row is a currency of a project; fraction is the number of decimal places of its minor unit.';
create unique index one_main_currency on currencies (project_id) where is_main;
select protect('currencies');

create table issuers (
  id text primary key,
  project_id text not null references projects(id),
  currency_id text not null references currencies(id),
  sn bigint generated always as identity,
  sn_prefix text not null check (sn_prefix ~ '^[A-Z0-9]{1,8}$'),
  name text not null,
  description text,
  active boolean not null default true,
  order_number int,
  order_quote int,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, sn_prefix)
);
comment on table issuers is 'A row is one issue of a currency: the unit of value that the book balances in.';
select protect('issuers');
select never_deleted('issuers');

create table banks (
  id text primary key,
  project_id text not null references projects(id),
  name text not null,
  address text,
  bic text not null,
  swift text not null,
  city text,
  country text,
  zip_code text,
  platform text,
  created_at timestamptz not null default now(),
  unique (project_id, bic),
  unique (project_id, swift)
);
comment on table banks is 'A row is a bank that money comes in by or goes out by.';
select protect('banks');

create table configuration_items (
  id text primary key,
  project_id text not null references projects(id),
  section text not null check (section in ('account_types', 'networks', 'transaction_sub_types')),
  label text not null check (label ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  name text not null check (length(name) >= 1 and length(name) <= 200),
  details jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, section, label)
);
comment on table configuration_items is
  'A row is an account type, a network of cryptocurrencies, or a sub-type of transactions that a project has defined.';
select protect('configuration_items');

create table contracts (
  id text primary key,
  project_id text not null references projects(id),
  name text not null,
  description text,
  organization_type text not null check (organization_type in ('individual', 'merchant')),
  person_type text not null check (person_type in ('base', 'standard', 'gold', 'vip')),
  active boolean not null default true,
  global boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table contracts is 'A row is a set of commissions and limits that clients can be bound by.';
create index contracts_by_age on contracts (project_id, created_at);
create unique index one_global_contract on contracts (project_id, organization_type, person_type) where global and
  active;
select protect('contracts');

create table commission_profiles (
  id text primary key,
  project_id text not null references projects(id),
  contract_id text not null references contracts(id),
  flow text not null check (flow in ('bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit',
    'platform_withdrawal', 'platform_trade')),
  issuer_id text references issuers(id),
  src_person_type text check (src_person_type in ('base', 'standard', 'gold', 'vip')),
  dest_person_type text check (dest_person_type in ('base', 'standard', 'gold', 'vip')),
  created_at timestamptz not null default now(),
  constraint commission_profiles_contract_id_flow_issuer_id_src_person_t_key unique nulls not distinct (contract_id,
    flow, issuer_id, src_person_type, dest_person_type)
);
comment on table commission_profiles is
  'A row names the operations of a contract, by flow, issuer and the person types on both sides, that cost the same.';
select protect('commission_profiles');

create table commission_rules (
  id text primary key,
  project_id text not null references projects(id),
  profile_id text not null references commission_profiles(id) on delete cascade,
  begins_at timestamptz not null,
  ends_at timestamptz,
  direction text not null check (direction in ('IN', 'OUT', 'SHARED')),
  active boolean not null,
  created_at timestamptz not null default now(),
  constraint commission_rules_check check (begins_at < ends_at)
);
comment on table commission_rules is
  'A row is the price of a profile''s operations from its begin up to its end; a profile has one active at a time.';
create index commission_rules_of_profile on commission_rules (profile_id, begins_at);
select protect('commission_rules');
create trigger no_overlap after insert or update on commission_rules for each row execute function refuse_overlap();

create table commission_conditions (
  id text primary key,
  project_id text not null references projects(id),
  rule_id text not null references commission_rules(id) on delete cascade,
  begin_amount numeric(38,0) not null check (begin_amount >= 0),
  end_amount numeric(38,0),
  type text not null check (type in ('zero', 'percent', 'fixed', 'greater_of_fixed_or_percent',
    'lesser_of_fixed_or_percent', 'fixed_and_percent')),
  fixed numeric(38,0) not null default 0 check (fixed >= 0),
  percent numeric(9,6) not null default 0 check (percent >= 0 and percent <= 100),
  constraint commission_conditions_check check (begin_amount < end_amount),
  constraint commission_conditions_check1 check ((type not in ('zero', 'percent')) or fixed = 0),
  constraint commission_conditions_check2 check ((type not in ('zero', 'fixed')) or percent = 0)
);
comment on table commission_conditions is
  'A row is the commission for amounts from its begin up to its end; the conditions of one rule do not overlap.';
create index commission_conditions_of_rule on commission_conditions (rule_id, begin_amount);
select protect('commission_conditions');
create trigger no_overlap after insert or update on commission_conditions for each row execute function
  refuse_overlap();

create table limit_profiles (
  id text primary key,
  project_id text not null references projects(id),
  contract_id text not null references contracts(id),
  flow text not null check (flow in ('bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit',
    'platform_withdrawal', 'platform_trade')),
  issuer_id text references issuers(id),
  qualifier text not null check (qualifier in ('amount', 'quantity')),
  time_unit text not null check (time_unit in ('per_transaction', 'per_day', 'per_week', 'per_month', 'per_quarter',
    'per_year', 'per_life')),
  value numeric(38,0) not null check (value >= 0),
  active boolean not null,
  created_at timestamptz not null default now(),
  constraint limit_profiles_contract_id_flow_issuer_id_qualifier_time_un_key unique nulls not distinct (contract_id,
    flow, issuer_id, qualifier, time_unit),
  constraint limit_profiles_check check (qualifier = 'quantity' or issuer_id is not null)
);
comment on table limit_profiles is
  'A row is how much, or how often, a client of a contract may do operations of one flow in one period.';
select protect('limit_profiles');

create table people (
  id text primary key,
  login text not null unique check (login = lower(login)),
  password_hash text,
  created_at timestamptz not null default now(),
  two_step text not null default 'none' check (two_step in ('none', 'otp', 'totp'))
);
comment on table people is 'A row is a human being, known by one login in every project.';
select never_deleted('people');

create table login_attempts (
  login_hash bytea primary key,
  failed int not null check (failed > 0),
  failed_at timestamptz not null
);
comment on table login_attempts is
  'A row counts wrong passwords for a login, whether anybody has that login or not, so that a lock does not tell.';
create index login_attempts_by_age on login_attempts (failed_at);

create table person_projects (
  person_id text not null references people(id),
  project_id text not null references projects(id),
  is_default boolean not null default false,
  primary key (person_id, project_id)
);
comment on table person_projects is 'A row says that a person is a member of a project.';
create unique index one_default_project on person_projects (person_id) where is_default;

create table tokens (
  token_hash bytea primary key,
  person_id text not null references people(id),
  project_id text not null references projects(id),
  member_id text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
comment on table tokens is 'A row is a person''s sign-in to one project, until it expires.';
create index tokens_by_expiry on tokens (expires_at);
create index tokens_of_person on tokens (person_id);

create table one_time_codes (
  login text not null,
  purpose text not null default 'registration' check (purpose in ('registration', 'sign_in', 'recovery')),
  project_id text not null references projects(id),
  code_hash text not null,
  tries_left int not null check (tries_left >= 0),
  sends int not null default 1,
  window_started_at timestamptz not null,
  expires_at timestamptz not null,
  payload jsonb,
  step text check (step in ('otp', 'totp')),
  primary key (login, purpose),
  constraint code_step_of_sign_in check ((purpose = 'sign_in') = (step is not null))
);
comment on table one_time_codes is 'A row is the code that was last sent to a login for one purpose.';
create index one_time_codes_by_expiry on one_time_codes (expires_at);

create table totp_secrets (
  person_id text primary key references people(id),
  sealed bytea not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0,
  created_at timestamptz not null default now()
);
comment on table totp_secrets is 'A row is the secret that a person shares with their authenticator app.';

create table totp_recovery_codes (
  person_id text not null references totp_secrets(person_id) on delete cascade,
  code_hash bytea not null,
  primary key (person_id, code_hash)
);
comment on table totp_recovery_codes is
  'A row is an unused code that signs a person in who has lost the telephone with the authenticator app.';

create table organizations (
  id text primary key,
  project_id text not null references projects(id),
  type text not null check (type in ('system', 'individual', 'merchant', 'cash_desk', 'support')),
  name text not null,
  identification_status text not null default 'none' check (identification_status in ('none', 'pending', 'approved',
    'declined', 'review_required', 'not_available')),
  legal_type text check (legal_type in ('individual', 'corporation')),
  referral_link text,
  created_at timestamptz not null default now(),
  contract_id text references contracts(id),
  frozen_at timestamptz,
  frozen_reason text check (frozen_reason in ('AML', 'FRAUD', 'OTHER')),
  frozen_description text,
  frozen_by text references people(id),
  unfrozen_by text references people(id),
  constraint frozen_for_a_reason check ((frozen_at is null) = (frozen_reason is null)),
  constraint only_clients_are_frozen check (frozen_at is null or (type in ('individual', 'merchant')))
);
comment on table organizations is
  'A row is a client, a person or a company, or a unit of the project''s own company that staff belong to.';
create index organizations_by_type on organizations (project_id, type, created_at);
create index organizations_frozen on organizations (project_id, frozen_at) where frozen_at is not null;
select protect('organizations');
select never_deleted('organizations');
create trigger unfreezing_takes_another before update on organizations for each row when (old.frozen_at is not null)
  execute function unfreezing_takes_another();

create table members (
  id text primary key,
  project_id text not null references projects(id),
  person_id text not null references people(id),
  organization_id text not null references organizations(id),
  role text not null,
  name text,
  email text,
  phone text,
  email_verified boolean not null default false,
  phone_verified boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, person_id)
);
comment on table members is
  'A row is a person in a project, with the role and the organization that they act for there.';
create index members_by_age on members (project_id, created_at);
create index members_of_organization on members (organization_id);
select protect('members');

create table messages (
  id bigint generated always as identity primary key,
  project_id text not null references projects(id),
  recipient text not null,
  channel text not null check (channel in ('email', 'sms')),
  subject text not null,
  text text,
  code text,
  created_at timestamptz not null default now(),
  wire_id uuid not null default gen_random_uuid(),
  sealed bytea,
  due_at timestamptz,
  deliver_by timestamptz,
  attempts int not null default 0,
  sent_at timestamptz,
  given_up_at timestamptz,
  last_error text,
  constraint message_code_only_readable check (code is null or text is not null),
  constraint message_settled_once check (sent_at is null or given_up_at is null),
  constraint message_text_once check (text is null or sealed is null),
  constraint message_waits_for_a_time check (due_at is null or deliver_by is not null),
  constraint message_waits_sealed check ((due_at is null) = (sealed is null))
);
comment on table messages is 'A row is an e-mail or a text message to a person, sent or to be sent.';
create index messages_by_age on messages (project_id, created_at);
create index messages_due on messages (project_id, due_at) where due_at is not null;
create index messages_to on messages (project_id, recipient, id desc);
select protect('messages');

create table book_accounts (
  id text primary key,
  project_id text not null references projects(id),
  issuer_id text not null references issuers(id),
  type text not null,
  usage text not null check (usage in ('circulation', 'accounting')),
  technical boolean not null,
  strict boolean not null,
  created_at timestamptz not null default now()
);
comment on table book_accounts is
  'A row is an account of the book in one issuer: a client''s, or one of the system''s own.';
create unique index one_system_account_of_a_type on book_accounts (issuer_id, type) where not strict;
select protect('book_accounts');
select never_deleted('book_accounts');

create table balances (
  account_id text not null references book_accounts(id),
  shard int not null,
  project_id text not null,
  issuer_id text not null,
  strict boolean not null,
  posted numeric(38,0) not null default 0,
  held numeric(38,0) not null default 0 check (held >= 0),
  floor numeric(38,0),
  active boolean not null default true,
  version bigint not null default 0,
  primary key (account_id, shard),
  constraint above_floor check (floor is null or (posted - held) >= floor)
);
comment on table balances is
  'A row is what is posted and held on an account, in minor units, or on one of the shards of an account.';
select protect('balances');

create table postings (
  id bigint generated always as identity,
  project_id text not null,
  operation_id text not null,
  step text not null,
  leg int not null,
  type text not null check (type in ('transfer', 'issue', 'redeem', 'capture', 'reversal', 'commission')),
  account_id text not null,
  issuer_id text not null,
  amount numeric(38,0) not null check (amount <> 0),
  balance_after numeric(38,0),
  created_at timestamptz not null default now(),
  primary key (operation_id, id)
);
comment on table postings is
  'A row is one side of a leg: an amount out of an account (below zero) or the same amount into another of its issuer.';
create index postings_by_time on postings using brin (created_at);
create index postings_of_account on postings (account_id, id);
select protect('postings');
select append_only('postings');
create trigger postings_sum_to_zero after insert on postings referencing new table as fresh for each statement execute
  function postings_sum_to_zero();

create table holds (
  operation_id text primary key,
  project_id text not null,
  account_id text not null references book_accounts(id),
  amount numeric(38,0) not null check (amount > 0),
  state text not null check (state in ('placed', 'captured', 'released')),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
comment on table holds is
  'A row is the amount that an operation keeps from being spent on an account, until it is captured or released.';
select protect('holds');

create table platforms (
  id text primary key,
  project_id text not null references projects(id),
  label text not null,
  name text not null check (length(name) >= 1 and length(name) <= 200),
  urls jsonb not null,
  credentials jsonb not null,
  data_key bytea not null,
  key_id text not null,
  version int not null default 1,
  created_by text references people(id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);
comment on table platforms is
  'A row is an external system that keeps balances of clients: where it is and how a project signs in to it.';
create unique index one_platform_of_a_label on platforms (project_id, label) where removed_at is null;
select protect('platforms');
select never_deleted('platforms');

create table accounts (
  id text primary key,
  project_id text not null,
  uid bigint generated always as identity unique,
  type text,
  external_id text check (length(external_id) >= 1 and length(external_id) <= 200),
  organization_id text not null references organizations(id),
  active boolean not null default false,
  own boolean not null default false,
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, external_id)
);
comment on table accounts is
  'A row is an account of a client: what holds their assets together, and switches them on and off.';
create index accounts_by_id on accounts (project_id, id collate "C");
create index accounts_by_status on accounts (project_id, active, created_at desc, id desc);
create index accounts_newest on accounts (project_id, created_at desc, id desc);
create index accounts_of_organization on accounts (project_id, organization_id, created_at desc, id desc);
create index accounts_of_type on accounts (project_id, type, created_at desc, id desc);
create index accounts_of_type_by_status on accounts (project_id, type, active, created_at desc, id desc);
create unique index one_own_account on accounts (organization_id) where own;
select protect('accounts');
select never_deleted('accounts');

create table coins (
  id text primary key references book_accounts(id),
  project_id text not null references projects(id),
  organization_id text not null references organizations(id),
  issuer_id text not null references issuers(id),
  serial text not null check (serial ~ '^[A-Z0-9-]{4,34}$'),
  name text not null,
  type text not null default 'client',
  main boolean not null default false,
  blocked boolean not null default false,
  created_by text references people(id),
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  blocked_at timestamptz,
  blocked_by text references people(id),
  blocked_reason text,
  blocked_description text,
  uid bigint generated always as identity unique,
  account_id text not null references accounts(id),
  switched_on boolean not null default true,
  external_id text check (length(external_id) >= 1 and length(external_id) <= 200),
  address text check (length(address) >= 1 and length(address) <= 200),
  bank_id text references banks(id),
  platform_id text references platforms(id),
  platform_account text check (length(platform_account) >= 1 and length(platform_account) <= 200),
  platform_balance numeric(38,0),
  platform_balance_at timestamptz,
  synced_to timestamptz,
  synced_at timestamptz,
  unique (project_id, serial),
  constraint blocked_by_somebody check (blocked = (blocked_at is not null) and blocked = (blocked_by is not null)),
  constraint kept_somewhere check ((platform_id is null) = (platform_account is null))
);
comment on table coins is
  'A row is an asset: a client''s balance in one issuer, kept in the book or mirrored from a platform.';
create index coins_by_external_id on coins (project_id, external_id) where external_id is not null;
create index coins_newest on coins (project_id, created_at desc, id desc);
create index coins_of_account on coins (account_id, created_at desc, id desc);
create index coins_of_issuer on coins (project_id, issuer_id, created_at desc, id desc);
create index coins_of_organization on coins (organization_id);
create unique index one_asset_of_a_place on coins (platform_id, platform_account, issuer_id) where platform_id is not
  null and closed_at is null;
create unique index one_coin_of_an_issuer on coins (organization_id, account_id, issuer_id, platform_id) nulls not
  distinct where closed_at is null;
create unique index one_main_coin on coins (organization_id) where main and closed_at is null;
select protect('coins');
select never_deleted('coins');

create table wallets (
  id text primary key,
  project_id text not null references projects(id),
  coin_id text not null references coins(id),
  network text not null,
  address text not null check (length(address) >= 1 and length(address) <= 200),
  created_by text references people(id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, network, address)
);
comment on table wallets is 'A row is an address of an asset on a network of cryptocurrencies.';
create index wallets_of_coin on wallets (coin_id);
select protect('wallets');

create table bank_accounts (
  id text primary key,
  project_id text not null references projects(id),
  coin_id text not null references coins(id),
  person_id text not null references people(id),
  made_by text not null references people(id),
  bank_id text not null references banks(id),
  full_name text not null,
  iban text,
  account_number text,
  is_default boolean not null default false,
  status text not null check (status in ('PENDING', 'APPROVED', 'REJECTED')),
  decided_by text references people(id),
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  pool boolean not null default false,
  unique nulls not distinct (coin_id, bank_id, iban, account_number),
  constraint bank_accounts_check check (iban is not null or account_number is not null),
  constraint decided_by_somebody check ((status = 'PENDING') = (decided_by is null)),
  constraint four_eyes check (decided_by <> made_by),
  constraint iban_is_canonical check (iban ~ '^[A-Z0-9]+$'),
  constraint pool_is_no_default check (not (pool and is_default))
);
comment on table bank_accounts is
  'A row is an account at a bank that a client''s money may be paid out to, once it is approved.';
create index bank_accounts_of_coin on bank_accounts (coin_id);
create index bank_accounts_of_person on bank_accounts (project_id, person_id);
create unique index one_default_bank_account on bank_accounts (coin_id) where is_default;
select protect('bank_accounts');

create table operations (
  id text primary key,
  project_id text not null,
  kind text not null check (kind in ('top_up', 'withdrawal', 'transfer', 'return', 'reversal', 'bank_line',
    'suspense_return', 'opening_balance', 'platform_deposit', 'platform_withdrawal', 'platform_trade',
    'platform_credit', 'platform_debit')),
  needs_decision boolean not null,
  state text not null check (state in ('received', 'refused', 'limited', 'screening', 'review', 'awaiting_decision',
    'at_platform', 'outcome_unknown', 'awaiting_reference', 'processed', 'declined', 'rejected', 'failed')),
  state_since timestamptz not null default now(),
  request_identifier bigint not null default nextval('request_identifiers'::regclass) unique,
  coin_id text,
  counter_coin_id text,
  issuer_id text not null,
  organization_id text not null,
  amount numeric(38,0) not null check (amount > 0),
  sender_amount numeric(38,0) not null check (sender_amount > 0),
  recipient_amount numeric(38,0) not null check (recipient_amount > 0),
  commission numeric(38,0) generated always as ((sender_amount - recipient_amount)) stored check (commission >= 0),
  rules jsonb not null default '{"limits": [], "approval": null, "screening": null}'::jsonb,
  screening_no int not null default 0,
  screened_at timestamptz,
  bank_account_id text,
  bank_line_id text,
  bank_id text references banks(id),
  platform text,
  asked_by text,
  idempotency_key text,
  body_hash bytea,
  return_of text references operations(id),
  return_reference text,
  reversal_of text references operations(id),
  commission_back numeric(38,0) not null default 0 check (commission_back >= 0),
  platform_reference text,
  platform_at timestamptz,
  sold_amount numeric(38,0) check (sold_amount > 0),
  bought_amount numeric(38,0) check (bought_amount > 0),
  refusal text,
  reason text,
  decide_by timestamptz,
  attention text,
  attention_since timestamptz,
  registered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, id, asked_by),
  constraint operations_check check (coin_id is not null or (kind in ('bank_line', 'suspense_return')) or kind =
    'return' and bank_line_id is not null),
  constraint operations_check1 check ((kind not in ('transfer', 'platform_trade')) or counter_coin_id is not null),
  constraint operations_check2 check ((kind = 'return') = (return_of is not null)),
  constraint operations_check3 check ((kind = 'reversal') = (reversal_of is not null) or (kind in ('platform_deposit',
    'platform_withdrawal')))
);
comment on table operations is
  'A row is a request to move money, or a movement that a bank or a platform reported, and the state that it is in.';
create unique index a_return_once on operations (project_id, platform, return_reference) where return_reference is not
  null;
create index deposits_of_coin on operations (coin_id) include (recipient_amount) where (kind in ('top_up',
  'opening_balance', 'platform_deposit')) and state = 'processed';
create unique index one_opening_balance on operations (coin_id) where kind = 'opening_balance';
create unique index one_operation_per_key on operations (project_id, asked_by, idempotency_key) where idempotency_key
  is not null;
create index operations_before_a_person on operations (project_id, created_at, id) where attention is not null;
create index operations_by_issuer on operations (project_id, issuer_id, created_at, id);
create index operations_by_kind on operations (project_id, kind, created_at, id);
create index operations_by_state on operations (project_id, state, created_at, id);
create index operations_newest on operations (project_id, created_at desc, id desc);
create index operations_of_bank_line on operations (bank_line_id) where bank_line_id is not null;
create index operations_of_coin on operations (project_id, coin_id, created_at desc);
create index operations_of_organization on operations (project_id, organization_id, created_at desc);
create index operations_open on operations (project_id, state, state_since) where state in ('received', 'limited',
  'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown', 'awaiting_reference');
create index operations_to_coin on operations (project_id, counter_coin_id, created_at desc) where counter_coin_id is
  not null;
create index returns_of on operations (project_id, return_of) where return_of is not null;
create index reversals_of on operations (project_id, reversal_of) where reversal_of is not null;
select protect('operations');
select never_deleted('operations');

create table first_answers (
  operation_id text primary key,
  project_id text not null,
  answer jsonb not null,
  created_at timestamptz not null default now()
);
comment on table first_answers is
  'A row is what the asker of an operation was answered first, and is answered again under the same idempotency key.';
select protect('first_answers');
select append_only('first_answers');

create table operation_parties (
  operation_id text primary key references operations(id),
  project_id text not null,
  full_name text,
  iban text,
  account_number text,
  description text,
  bank_details jsonb
);
comment on table operation_parties is
  'A row is the personal data of an operation, kept apart from what the book and the workflows need.';
select protect('operation_parties');

create table steps (
  operation_id text not null,
  step text not null,
  project_id text not null,
  seq bigint generated always as identity,
  outcome text not null check (outcome in ('applied', 'refused', 'late')),
  refusal text,
  from_state text not null,
  to_state text not null,
  actor_id text,
  at timestamptz not null default now(),
  primary key (operation_id, step)
);
comment on table steps is
  'A row is a step of an operation that took effect or was refused: the idempotency key of the book, and the timeline.';
select protect('steps');
select append_only('steps');

create table tickets (
  id text primary key,
  project_id text not null references projects(id),
  operation_id text not null references operations(id),
  person_id text not null references people(id),
  verb text not null check (verb in ('accept', 'decline', 'allow', 'clear', 'reject', 'confirm_payout',
    'refuse_payout')),
  delivery text not null check (delivery in ('api', 'carried')),
  shown jsonb not null,
  detail jsonb,
  valid_until timestamptz,
  outcome text,
  refusal text,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  deliveries int not null default 0,
  deliver_at timestamptz not null default now(),
  heard_at timestamptz
);
comment on table tickets is
  'A row is the proof that a signed-in person decided; it is used once, by whatever message carries it.';
create index tickets_of_operation on tickets (operation_id);
create index tickets_to_deliver on tickets (project_id, deliver_at) where delivery = 'api' and (outcome is null or
  outcome = 'applied' and heard_at is null);
select protect('tickets');

create table decisions (
  operation_id text not null,
  person_id text not null references people(id),
  verb text not null,
  project_id text not null references projects(id),
  asked_by text not null,
  role text not null,
  on_behalf_of text references people(id),
  ticket_id text not null references tickets(id) unique,
  at timestamptz not null default now(),
  primary key (operation_id, person_id, verb),
  constraint decisions_project_id_operation_id_asked_by_fkey foreign key (project_id, operation_id, asked_by)
    references operations(project_id, id, asked_by),
  constraint four_eyes check (person_id <> asked_by and on_behalf_of is distinct from asked_by)
);
comment on table decisions is 'A row is one person''s accept or decline of an operation, as it counted.';
create unique index one_authority_one_accept on decisions (operation_id, coalesce(on_behalf_of, person_id)) where verb
  = 'accept';
select protect('decisions');
select append_only('decisions');

create table limit_usage (
  organization_id text not null references organizations(id),
  limit_id text not null,
  period text not null,
  project_id text not null references projects(id),
  used numeric(38,0) not null default 0,
  primary key (organization_id, limit_id, period)
);
comment on table limit_usage is 'A row is how much of a limit a client has taken in a period.';
select protect('limit_usage');

create table limit_reservations (
  operation_id text not null references operations(id),
  limit_id text not null,
  period text not null,
  project_id text not null references projects(id),
  organization_id text not null references organizations(id),
  amount numeric(38,0) not null,
  given_back boolean not null default false,
  primary key (operation_id, limit_id, period)
);
comment on table limit_reservations is
  'A row is what an operation took of a limit, to be given back if nothing comes of the operation.';
select protect('limit_reservations');

create table bank_lines (
  id text primary key,
  project_id text not null references projects(id),
  bank_id text not null references banks(id),
  reference text,
  issuer_id text not null references issuers(id),
  amount numeric(38,0) not null check (amount > 0),
  booked_at timestamptz,
  text text,
  sender_name text,
  sender_iban text,
  brought_by text not null references operations(id) deferrable initially deferred,
  operation_id text references operations(id),
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  unique (project_id, bank_id, reference)
);
comment on table bank_lines is
  'A row is money that came in at a bank; it stands in suspense until an operation has claimed it and moved it on.';
create index bank_lines_of_operation on bank_lines (operation_id) where operation_id is not null;
create index bank_lines_open on bank_lines (project_id, created_at) where settled_at is null;
select protect('bank_lines');

create table notes (
  id text primary key,
  project_id text not null references projects(id),
  user_id text references people(id),
  operation_id text references operations(id),
  note text not null check (length(note) >= 1 and length(note) <= 4000),
  made_by text not null references people(id),
  created_at timestamptz not null default now(),
  constraint about_one_thing check (num_nonnulls(user_id, operation_id) = 1)
);
comment on table notes is 'A row is a note about a user or an operation that only staff read.';
create index notes_on_operation on notes (project_id, operation_id, created_at, id) where operation_id is not null;
create index notes_on_user on notes (project_id, user_id, created_at, id) where user_id is not null;
select protect('notes');
select append_only('notes');

create table stray_workflows (
  id bigint generated always as identity primary key,
  workflow_id text not null,
  run_id text not null,
  what text not null,
  at timestamptz not null default now(),
  unique (workflow_id, run_id, what)
);
comment on table stray_workflows is 'A row is a workflow that somebody started for nothing that we know.';

create table approval_rule_changes (
  id text primary key,
  project_id text not null references projects(id),
  rule_id text not null,
  action text not null check (action in ('create', 'change', 'remove')),
  base_version int not null check (base_version >= 0),
  proposed jsonb,
  issuer_id text references issuers(id),
  reason text,
  state text not null default 'pending' check (state in ('pending', 'approved', 'rejected')),
  proposed_by text not null references people(id),
  proposed_at timestamptz not null default now(),
  decided_by text references people(id),
  decided_at timestamptz,
  decision_reason text,
  constraint approval_rule_changes_check check ((proposed is null) = (action = 'remove')),
  constraint approval_rule_changes_check1 check ((action = 'create') = (base_version = 0)),
  constraint approval_rule_changes_check2 check ((state = 'pending') = (decided_by is null) and (decided_by is null) =
    (decided_at is null)),
  constraint approval_rule_changes_four_eyes check (decided_by <> proposed_by)
);
comment on table approval_rule_changes is
  'A row is what somebody wants to be changed about a rule; it does nothing until another person approves it.';
create index approval_rule_changes_by_state on approval_rule_changes (project_id, state, proposed_at);
create index approval_rule_changes_of_rule on approval_rule_changes (rule_id);
select protect('approval_rule_changes');
create trigger keep_decided before delete or update on approval_rule_changes for each row execute function
  keep_decided_change();

create table approval_rules (
  id text primary key,
  project_id text not null references projects(id),
  version int not null check (version > 0),
  active boolean not null,
  kind text not null check (kind not in ('return', 'bank_line', 'platform_credit', 'platform_debit')),
  issuer_id text references issuers(id),
  from_amount numeric(38,0) not null check (from_amount >= 0),
  to_amount numeric(38,0),
  ordering text not null check (ordering in ('sequence', 'together')),
  stages jsonb not null check (jsonb_array_length(stages) > 0),
  expires_after_ms bigint check (expires_after_ms > 0),
  escalation jsonb,
  change_id text not null references approval_rule_changes(id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint approval_rules_check check (to_amount > from_amount),
  constraint approval_rules_check1 check (issuer_id is not null or from_amount = 0 and to_amount is null)
);
comment on table approval_rules is
  'A row is a rule, in its current version, about who must accept operations of one kind within a range of amounts.';
create index approval_rules_by_kind on approval_rules (project_id, kind) where active;
select protect('approval_rules');
create trigger guard before insert or delete or update on approval_rules for each row execute function
  guard_approval_rule();
create trigger keep_version after insert or update on approval_rules for each row execute function
  keep_approval_rule_version();

create table approval_rule_versions (
  rule_id text not null references approval_rules(id),
  version int not null,
  project_id text not null references projects(id),
  active boolean not null,
  kind text not null,
  issuer_id text,
  from_amount numeric(38,0) not null,
  to_amount numeric(38,0),
  ordering text not null,
  stages jsonb not null,
  expires_after_ms bigint,
  escalation jsonb,
  change_id text not null references approval_rule_changes(id) unique,
  created_at timestamptz not null default now(),
  primary key (rule_id, version)
);
comment on table approval_rule_versions is 'A row is an approval rule as it was in one of its versions.';
select protect('approval_rule_versions');
select append_only('approval_rule_versions');

create table delegations (
  id text primary key,
  project_id text not null references projects(id),
  from_person text not null references people(id),
  to_person text not null references people(id),
  from_at timestamptz not null,
  until_at timestamptz not null,
  reason text,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint delegations_check check (from_person <> to_person),
  constraint delegations_check1 check (until_at > from_at and (until_at - from_at) <= '90 days'::interval)
);
comment on table delegations is 'A row says that one person lets another act in their role for a time.';
create index delegations_from on delegations (project_id, from_person, until_at);
create index delegations_to on delegations (project_id, to_person, until_at);
select protect('delegations');

create table screening_policies (
  id text primary key,
  project_id text not null references projects(id),
  name text not null,
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['top_up', 'withdrawal', 'transfer',
    'platform_deposit', 'platform_withdrawal', 'platform_trade']),
  issuer_id text references issuers(id),
  from_amount numeric(38,0) check (from_amount > 0),
  provider text not null,
  max_age_ms bigint not null check (max_age_ms > 0),
  patience_ms bigint not null default 120000 check (patience_ms > 0),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, name),
  constraint screening_policies_check check (from_amount is null or issuer_id is not null)
);
comment on table screening_policies is
  'A row says which operations are checked, by which provider, and how old a check may be.';
select protect('screening_policies');

create table screening_lists (
  id text primary key,
  project_id text not null references projects(id),
  name text not null,
  description text,
  on_match text not null check (on_match in ('hit', 'review')),
  match_from int not null check (match_from >= 1 and match_from <= 100),
  near_from int not null check (near_from >= 1 and near_from <= 100),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, name),
  constraint screening_lists_check check (near_from <= match_from)
);
comment on table screening_lists is 'A row is a list of names that the embedded provider looks for.';
select protect('screening_lists');
create trigger move_version after insert or delete or update on screening_lists for each statement execute function
  move_screening_version();

create table screening_entries (
  id text primary key,
  project_id text not null references projects(id),
  list_id text not null references screening_lists(id),
  name text not null,
  aliases text[] not null default '{}'::text[],
  kind text not null check (kind in ('person', 'organization')),
  country text check (country ~ '^[A-Z]{2}$'),
  created_at timestamptz not null default now()
);
comment on table screening_entries is 'A row is a person or an organization on a screening list.';
create index screening_entries_of_list on screening_entries (project_id, list_id, id);
select protect('screening_entries');
create trigger move_version after insert or delete or update on screening_entries for each statement execute function
  move_screening_version();

create table screening_rules (
  id text primary key,
  project_id text not null references projects(id),
  name text not null,
  type text not null check (type in ('amount', 'velocity_count', 'velocity_sum', 'country')),
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['top_up', 'withdrawal', 'transfer',
    'platform_deposit', 'platform_withdrawal', 'platform_trade']),
  verdict text not null check (verdict in ('hit', 'review')),
  issuer_id text references issuers(id),
  from_amount numeric(38,0) check (from_amount > 0),
  from_count int check (from_count > 0),
  window_hours int check (window_hours >= 1 and window_hours <= 8784),
  countries text[] check (countries is null or cardinality(countries) > 0),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, name),
  constraint screening_rules_check check ((type in ('amount', 'velocity_sum')) = (from_amount is not null)),
  constraint screening_rules_check1 check (from_amount is null or issuer_id is not null),
  constraint screening_rules_check2 check ((type = 'velocity_count') = (from_count is not null)),
  constraint screening_rules_check3 check ((type in ('velocity_count', 'velocity_sum')) = (window_hours is not null)),
  constraint screening_rules_check4 check ((type = 'country') = (countries is not null))
);
comment on table screening_rules is
  'A row is an amount, a frequency or a country that makes the embedded provider answer hit or review.';
select protect('screening_rules');
create trigger move_version after insert or delete or update on screening_rules for each statement execute function
  move_screening_version();

create table screening_versions (
  project_id text primary key references projects(id),
  version bigint not null
);
comment on table screening_versions is
  'A row counts the changes of a project''s lists, entries and rules, and tells those who keep them in memory of each.';
select protect('screening_versions');

create table screenings (
  operation_id text not null references operations(id),
  n int not null check (n > 0),
  project_id text not null references projects(id),
  provider text not null,
  verdict text check (verdict in ('clear', 'hit', 'review')),
  reasons text[] not null default '{}'::text[],
  started_at timestamptz not null default now(),
  answered_at timestamptz,
  primary key (operation_id, n),
  constraint screenings_check check ((verdict is null) = (answered_at is null))
);
comment on table screenings is 'A row is the check aml/{operation}/{n}: begun, and answered once.';
create index screenings_newest on screenings (project_id, started_at desc, operation_id, n);
select protect('screenings');
create trigger answered_once before delete or update on screenings for each row execute function
  keep_screening_answer();

create table order_sends (
  operation_id text not null references operations(id),
  send int not null,
  project_id text not null references projects(id),
  at timestamptz not null default now(),
  primary key (operation_id, send)
);
comment on table order_sends is
  'A row is written before an order is sent, so that nothing is sent twice without a look at the platform first.';
create index order_sends_by_time on order_sends (project_id, at);
select protect('order_sends');

create table platform_answers (
  id bigint generated always as identity primary key,
  project_id text not null references projects(id),
  operation_id text not null references operations(id),
  call text not null check (call in ('send', 'look_up')),
  kind text not null check (kind in ('confirmed', 'refused', 'pending', 'unknown', 'absent', 'returned', 'not_sent',
    'ambiguous')),
  platform_reference text,
  reason text,
  created_at timestamptz not null default now()
);
comment on table platform_answers is
  'A row is what a platform answered one time that it was asked about an operation.';
create index platform_answers_of_operation on platform_answers (operation_id, id);
select protect('platform_answers');
select append_only('platform_answers');

create table inbox (
  id text primary key,
  project_id text not null references projects(id),
  platform text not null,
  event_id text not null,
  type text not null,
  reference text not null,
  operation_id text unique,
  outcome text,
  created_at timestamptz not null default now(),
  handled_at timestamptz,
  amount text,
  currency text,
  unique (project_id, platform, event_id)
);
comment on table inbox is 'A row is a call of a platform, stored before anything is done about it.';
create index inbox_about on inbox (project_id, reference);
create index inbox_to_handle on inbox (project_id, created_at) where handled_at is null;
select protect('inbox');

create table platform_orders (
  operation_id text primary key references operations(id),
  project_id text not null references projects(id),
  platform_id text not null references platforms(id),
  account text not null,
  currency text not null,
  before jsonb,
  opened_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
comment on table platform_orders is
  'A row is an order of ours at a platform that keeps balances, open until its outcome is known.';
create index platform_orders_newest on platform_orders (platform_id, account, currency, opened_at);
create index platform_orders_under_way on platform_orders (platform_id, account, currency) where ended_at is null;
select protect('platform_orders');

create table platform_entries (
  platform_id text not null references platforms(id),
  account text not null,
  currency text not null,
  entry_id text not null check (length(entry_id) >= 1 and length(entry_id) <= 200),
  project_id text not null references projects(id),
  operation_id text not null references operations(id),
  amount numeric(38,0) not null,
  at timestamptz not null,
  seen_at timestamptz not null default now(),
  primary key (platform_id, account, currency, entry_id)
);
comment on table platform_entries is
  'A row is one entry of a platform''s history, recorded once, with the operation it belongs to.';
create index platform_entries_of_operation on platform_entries (operation_id);
select protect('platform_entries');
select append_only('platform_entries');

create table exports (
  id text primary key,
  project_id text not null references projects(id),
  asked_by text not null references people(id),
  subject text not null check (subject in ('operations', 'accounts', 'assets')),
  organization_id text references organizations(id),
  filter jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'complete')),
  row_count bigint not null default 0,
  page_count int not null default 0,
  is_capped boolean not null default false,
  cursor_at timestamptz not null default now(),
  cursor_id text,
  created_at timestamptz not null default now(),
  completed_at timestamptz
);
comment on table exports is
  'A row is a file of operations, accounts or assets that is made page by page after it was asked for.';
create index exports_of_person on exports (project_id, asked_by, state);
select protect('exports');

create table export_pages (
  export_id text not null references exports(id),
  page int not null,
  project_id text not null references projects(id),
  records jsonb not null,
  primary key (export_id, page)
);
comment on table export_pages is 'A row is a page of an export.';
select protect('export_pages');

create table reconciliation_runs (
  id text primary key,
  project_id text not null references projects(id),
  asked_by text references people(id),
  opened_for text,
  state text not null default 'running' check (state in ('running', 'complete', 'incomplete')),
  parts jsonb not null default '{}'::jsonb,
  tries int not null default 0,
  found int not null default 0,
  vanished int not null default 0,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (project_id, opened_for)
);
comment on table reconciliation_runs is
  'A row is one comparison of the book with itself and with the platforms'' books.';
create index reconciliation_runs_newest on reconciliation_runs (project_id, started_at desc, id desc);
select protect('reconciliation_runs');

create table breaks (
  id text primary key,
  project_id text not null references projects(id),
  part text not null,
  kind text not null check (kind in ('circulation', 'technical_transit', 'held_amount', 'payout_transit',
    'missing_there', 'unknown_here', 'other_amount', 'other_state', 'other_reference', 'mirror_differs',
    'entry_not_booked', 'odd_call')),
  subject text not null,
  ours text,
  theirs text,
  about_at timestamptz,
  state text not null default 'open' check (state in ('open', 'resolved', 'vanished')),
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  last_run text references reconciliation_runs(id),
  reason text,
  proposed_by text references people(id),
  proposed_at timestamptz,
  resolved_by text references people(id),
  resolved_at timestamptz,
  constraint one_row_per_difference unique nulls not distinct (project_id, part, kind, subject, ours, theirs),
  constraint four_eyes check (resolved_by <> proposed_by),
  constraint resolved_for_a_reason check ((state = 'resolved') = (resolved_by is not null) and (resolved_by is null or
    proposed_by is not null) and (proposed_by is null) = (reason is null))
);
comment on table breaks is 'A row is a difference between two books, however often it was found.';
create index breaks_newest on breaks (project_id, last_seen desc, id desc);
create index breaks_open on breaks (project_id, part, about_at) where state = 'open';
select protect('breaks');

create table imports (
  id text primary key,
  project_id text not null references projects(id),
  asked_by text not null references people(id),
  kind text not null check (kind in ('accounts', 'assets')),
  format text not null check (format in ('csv', 'jsonl')),
  mode text not null check (mode in ('all_or_nothing', 'good_rows_only')),
  state text not null default 'awaiting_file' check (state in ('awaiting_file', 'waiting', 'validating', 'applying',
    'complete', 'refused', 'cancelled', 'same_as_earlier')),
  upload text,
  sha256 text,
  same_as text references imports(id),
  row_count bigint not null default 0,
  page_count int not null default 0,
  validated bigint not null default 0,
  bad bigint not null default 0,
  applied bigint not null default 0,
  unchanged bigint not null default 0,
  faults_kept int not null default 0,
  validate_page int not null default 0,
  apply_page int not null default 0,
  created_at timestamptz not null default now(),
  received_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  cleared_at timestamptz
);
comment on table imports is 'A row is a file of accounts or assets that somebody sends in, and what became of it.';
create index imports_newest on imports (project_id, created_at, id);
create index imports_not_cleared on imports (project_id, created_at) where cleared_at is null;
create unique index one_import_of_a_file on imports (project_id, kind, sha256) where state in ('waiting',
  'validating', 'applying', 'complete');
create unique index one_running_import on imports (project_id) where state in ('validating', 'applying');
select protect('imports');

create table import_pages (
  import_id text not null references imports(id),
  upload text not null,
  page int not null,
  project_id text not null references projects(id),
  records jsonb not null,
  bad integer[] not null default '{}'::integer[],
  same integer[] not null default '{}'::integer[],
  made jsonb,
  primary key (import_id, upload, page)
);
comment on table import_pages is 'A row is a page of an imported file.';
alter table import_pages alter column records set storage external;
alter table import_pages alter column made set storage external;
select protect('import_pages');

create table import_keys (
  import_id text not null,
  key text not null,
  project_id text not null,
  line int not null,
  fingerprint text not null,
  primary key (import_id, key)
);
comment on table import_keys is
  'A row is something unique that a line of a file would make, so that a later line that would make it again is found.';
select protect('import_keys');

create table import_faults (
  import_id text not null references imports(id),
  line int not null,
  field text not null,
  project_id text not null references projects(id),
  code text not null,
  message text not null,
  primary key (import_id, line, field)
);
comment on table import_faults is 'A row is what is wrong with one field of one line of an imported file.';
select protect('import_faults');

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

-- The balance of an account, whatever shards it is spread over.
create view account_balances with (security_invoker = true) as
  select account_id, project_id, sum(posted) as posted, sum(held) as held, bool_and(active) as active
    from balances group by account_id, project_id;

-- An account as people know it: an asset with its owner, or a system account named by what it is.
create view account_names with (security_invoker = true) as
  select a.id, coalesce(k.serial, a.id) as serial, k.name, a.type, a.technical, k.organization_id,
      g.name as organization_name, i.id as issuer_id, i.sn::text as issuer_sn, c.code, c.symbol, c.fraction
    from book_accounts a cross join lateral (select * from issuers where id = a.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      left join lateral (select * from coins where id = a.id limit 1) k on true
      left join lateral (select * from organizations where id = k.organization_id limit 1) g on true;

-- The contract that binds an organization: its own, or the global base contract of its type; none where that is off.
create view binding_contracts with (security_invoker = true) as
  select g.id as organization_id, coalesce(own.id, common.id) as contract_id,
      coalesce(own.person_type, common.person_type) as person_type
    from organizations g
      left join lateral (select * from contracts where id = g.contract_id and active limit 1) own on true
      left join contracts common on g.contract_id is null and common.project_id = g.project_id
        and common.global and common.active and common.person_type = 'base'
        and common.organization_type = case g.type when 'merchant' then 'merchant' else 'individual' end;

-- What moving money needs to know of an asset. Each table is looked up by its key, one after another (`limit 1`): a
-- join may be planned by the project alone, as long as the statistics say that there is little in it.
create view coin_facts with (security_invoker = true) as
  select k.id, k.serial, k.organization_id, g.type as organization_type, k.issuer_id, i.sn::text as issuer_sn,
      c.code, c.symbol, c.fraction, k.platform_id
    from coins k cross join lateral (select * from issuers where id = k.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      cross join lateral (select * from organizations where id = k.organization_id limit 1) g;

-- What is told to others of each change of state. The steps say all of it already, so nothing is stored twice.
create view outbox_events with (security_invoker = true) as
  select s.seq as id, s.project_id, o.kind || '.' || s.to_state as type, s.operation_id,
      jsonb_build_object('operation', s.operation_id, 'step', s.step, 'from', s.from_state, 'to', s.to_state,
        'refusal', s.refusal) as payload,
      s.at as created_at
    from steps s join operations o on o.id = s.operation_id where s.from_state <> s.to_state;

-- Operations with all that the money API shows of them: legs, what came of them later, and the names of the accounts
-- they moved. The limits keep the planner from looking for an operation by what is joined to it.
create view shown_operations with (security_invoker = true) as
  select o.*, c.currency_code, c.fraction, c.symbol, c.issuer_sn,
      p.full_name, p.iban, p.account_number, p.description, p.bank_details,
      b.bic, b.swift, b.name as bank_name, b.address as bank_address, b.city as bank_city, b.zip_code as bank_zip_code,
      b.country as bank_country,
      (select coalesce(jsonb_agg(jsonb_build_object('operation_id', f.operation_id, 'step', f.step, 'leg', f.leg,
          'id', f.id::text, 'type', f.type, 'amount', t.amount::text, 'from_account', f.account_id,
          'to_account', t.account_id, 'created_at', f.created_at) order by f.id), '[]')
        from postings f
          join postings t on t.operation_id = f.operation_id and t.step = f.step and t.leg = f.leg and t.amount > 0
        where f.operation_id = o.id and f.amount < 0) as legs,
      (select coalesce(jsonb_agg(x.id order by x.created_at), '[]') from (
          select r.id, r.created_at from operations r where r.return_of = o.id
          union all select r.id, r.created_at from operations r where r.reversal_of = o.id) x) as children,
      (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from account_names n where n.id = any(array(
        select o.coin_id union select o.counter_coin_id
        union select q.account_id from postings q where q.operation_id = o.id))) as names,
      (select f.answer from first_answers f where f.operation_id = o.id) as answer
    from operations o
      cross join lateral (select i.sn as issuer_sn, c.code as currency_code, c.fraction, c.symbol
        from issuers i join currencies c on c.id = i.currency_id where i.id = o.issuer_id limit 1) c
      left join lateral (select * from operation_parties where operation_id = o.id limit 1) p on true
      left join lateral (select * from banks where id = o.bank_id limit 1) b on true;
