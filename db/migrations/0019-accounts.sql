-- Clients' accounts, and what is in them: an asset is a coin in an account, a wallet an address of an asset on a network.

create table accounts (
  -- A UUID; people say the uid.
  id text primary key,
  project_id text not null references projects,
  uid bigint generated always as identity unique,
  -- A label of the project's account types. None where the client opened its first coin without asking for an account.
  type text,
  external_id text check (length(external_id) between 1 and 200),
  organization_id text not null references organizations,
  active boolean not null default false,
  -- Made for the coins that a client opens by themselves; of each client one.
  own boolean not null default false,
  created_by text references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, external_id)
);
create unique index one_own_account on accounts (organization_id) where own;
create index accounts_newest on accounts (project_id, created_at desc, id desc);
create index accounts_of_type on accounts (project_id, type, created_at desc, id desc);
create index accounts_of_organization on accounts (project_id, organization_id, created_at desc, id desc);
create index accounts_by_status on accounts (project_id, active, created_at desc, id desc);
select protect('accounts');
select never_deleted('accounts');

alter table coins
  add column uid bigint generated always as identity unique,
  add column account_id text references accounts,
  -- The coin's own switch. Its balance is active where this and the account's are on.
  add column switched_on boolean not null default true,
  add column external_id text check (length(external_id) between 1 and 200),
  -- Of fiat: an IBAN, or whatever the bank knows it by.
  add column address text check (length(address) between 1 and 200),
  add column bank_id text references banks;
create index coins_of_account on coins (account_id) where account_id is not null;

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
create index wallets_of_coin on wallets (coin_id);
select protect('wallets');
