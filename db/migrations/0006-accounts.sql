-- Where clients' money is: the platforms that may keep it, accounts, assets (on the wire: coins), wallets, bank
-- accounts.

create table platforms (
  id text primary key,
  project_id text not null references projects,
  label text not null,
  name text not null check (length(name) between 1 and 200),
  urls jsonb not null,
  -- By field: when it was set, and the value sealed with this row's data key, which is itself sealed with the key
  -- that key_id names. No endpoint reads them back.
  credentials jsonb not null,
  data_key bytea not null,
  key_id text not null,
  -- Grows with each change, so that a process that holds the platform open opens it again.
  version int not null default 1,
  created_by text references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The row is kept for the assets that were closed on it; its credentials are gone.
  removed_at timestamptz
);
comment on table platforms is
  'A row is an external system that keeps balances of clients: where it is and how a project signs in to it.';
create unique index one_platform_of_a_label on platforms (project_id, label) where removed_at is null;
select protect('platforms');
select never_deleted('platforms');

create table accounts (
  -- A UUID; people say the uid.
  id text primary key,
  -- Row-level security lets nobody write into another project. Accounts are many, and here a foreign key would cost
  -- as much as an index.
  project_id text not null,
  uid bigint generated always as identity unique,
  -- A label of the project's account types. Null where the client opened a first asset without asking for an account.
  type text,
  external_id text check (length(external_id) between 1 and 200),
  organization_id text not null references organizations,
  active boolean not null default false,
  -- Made for the assets that a client opens without naming an account; each client has at most one.
  own boolean not null default false,
  -- Whoever is signed in. No foreign key: people are never deleted.
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, external_id)
);
comment on table accounts is
  'A row is an account of a client: what holds their assets together, and switches them on and off.';
create unique index one_own_account on accounts (organization_id) where own;
-- Each way to narrow the list has an index in the list's order: a page and a capped count read no more than they
-- show.
create index accounts_newest on accounts (project_id, created_at desc, id desc);
create index accounts_of_type on accounts (project_id, type, created_at desc, id desc);
create index accounts_of_organization on accounts (project_id, organization_id, created_at desc, id desc);
create index accounts_by_status on accounts (project_id, active, created_at desc, id desc);
create index accounts_of_type_by_status on accounts (project_id, type, active, created_at desc, id desc);
-- In the order of bytes, so that ids that begin with the same characters stand together.
create index accounts_by_id on accounts (project_id, id collate "C");
select protect('accounts');
select never_deleted('accounts');

create sequence coin_numbers start 1;

create table coins (
  id text primary key references book_accounts,
  project_id text not null references projects,
  organization_id text not null references organizations,
  issuer_id text not null references issuers,
  serial text not null check (serial ~ '^[A-Z0-9-]{4,34}$'),
  name text not null,
  type text not null default 'client',
  main boolean not null default false,
  -- Staff have switched it off: only staff may switch it on again. Who, when and why are gone then; the audit log
  -- keeps them.
  blocked boolean not null default false,
  created_by text references people,
  created_at timestamptz not null default now(),
  -- The asset is empty and closed for good: history keeps it, and another asset of its issuer may take its place.
  closed_at timestamptz,
  blocked_at timestamptz,
  blocked_by text references people,
  blocked_reason text,
  blocked_description text,
  uid bigint generated always as identity unique,
  account_id text not null references accounts,
  -- The asset's own switch. Its balance is active where this and the account's switch are on.
  switched_on boolean not null default true,
  external_id text check (length(external_id) between 1 and 200),
  -- Of fiat: an IBAN, or whatever the bank knows it by.
  address text check (length(address) between 1 and 200),
  bank_id text references banks,
  -- The platform that keeps the balance, and what it calls the account there. Neither ever changes.
  platform_id text references platforms,
  platform_account text check (length(platform_account) between 1 and 200),
  -- What the platform last said, and when we asked.
  platform_balance numeric(38, 0),
  platform_balance_at timestamptz,
  -- Up to which moment of the platform's history the sync has booked, and when it last ran.
  synced_to timestamptz,
  synced_at timestamptz,
  unique (project_id, serial),
  constraint blocked_by_somebody check (blocked = (blocked_at is not null) and blocked = (blocked_by is not null)),
  constraint kept_somewhere check ((platform_id is null) = (platform_account is null))
);
comment on table coins is
  'A row is an asset: a client''s balance in one issuer, kept in the book or mirrored from a platform.';
create index coins_of_organization on coins (organization_id);
create unique index one_main_coin on coins (organization_id) where main and closed_at is null;
create index coins_of_account on coins (account_id, created_at desc, id desc);
create index coins_newest on coins (project_id, created_at desc, id desc);
create index coins_of_issuer on coins (project_id, issuer_id, created_at desc, id desc);
create index coins_by_external_id on coins (project_id, external_id) where external_id is not null;
create unique index one_asset_of_a_place on coins (platform_id, platform_account, issuer_id)
  where platform_id is not null and closed_at is null;
create unique index one_coin_of_an_issuer on coins (organization_id, account_id, issuer_id, platform_id)
  nulls not distinct where closed_at is null;
select protect('coins');
select never_deleted('coins');

create table wallets (
  id text primary key,
  project_id text not null references projects,
  coin_id text not null references coins,
  -- A label of the project's networks; it never changes.
  network text not null,
  address text not null check (length(address) between 1 and 200),
  created_by text references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, network, address)
);
comment on table wallets is 'A row is an address of an asset on a network of cryptocurrencies.';
create index wallets_of_coin on wallets (coin_id);
select protect('wallets');

create table bank_accounts (
  id text primary key,
  project_id text not null references projects,
  coin_id text not null references coins,
  -- The client it belongs to, and who typed what it says now. Whoever typed it, staff too, needs another person to
  -- approve it.
  person_id text not null references people,
  made_by text not null references people,
  bank_id text not null references banks,
  full_name text not null,
  iban text,
  account_number text,
  is_default boolean not null default false,
  status text not null check (status in ('PENDING', 'APPROVED', 'REJECTED')),
  decided_by text references people,
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The company's own: clients without one of theirs pay in to it, and nothing is ever paid out to it.
  pool boolean not null default false,
  check (iban is not null or account_number is not null),
  constraint four_eyes check (decided_by <> made_by),
  constraint pool_is_no_default check (not (pool and is_default)),
  constraint decided_by_somebody check ((status = 'PENDING') = (decided_by is null)),
  constraint iban_is_canonical check (iban ~ '^[A-Z0-9]+$'),
  unique nulls not distinct (coin_id, bank_id, iban, account_number)
);
comment on table bank_accounts is
  'A row is an account at a bank that a client''s money may be paid out to, once it is approved.';
create index bank_accounts_of_coin on bank_accounts (coin_id);
create index bank_accounts_of_person on bank_accounts (project_id, person_id);
create unique index one_default_bank_account on bank_accounts (coin_id) where is_default;
select protect('bank_accounts');
