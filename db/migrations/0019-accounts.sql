-- Clients' accounts, and what is in them: an asset is a coin in an account, a wallet an address of an asset on a network.

create table accounts (
  -- A UUID; people say the uid.
  id text primary key,
  -- Row-level security lets nobody write into another one. Of many rows a foreign key would cost as much as an index.
  project_id text not null,
  uid bigint generated always as identity unique,
  -- A label of the project's account types. None where the client opened its first coin without asking for an account.
  type text,
  external_id text check (length(external_id) between 1 and 200),
  organization_id text not null references organizations,
  active boolean not null default false,
  -- Made for the coins that a client opens by themselves; of each client one.
  own boolean not null default false,
  -- Whoever is signed in; people are never deleted.
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, external_id)
);
create unique index one_own_account on accounts (organization_id) where own;
-- Each way to narrow the list has an index in the list's order: a page and a capped count read no more than they show.
create index accounts_newest on accounts (project_id, created_at desc, id desc);
create index accounts_of_type on accounts (project_id, type, created_at desc, id desc);
create index accounts_of_organization on accounts (project_id, organization_id, created_at desc, id desc);
create index accounts_by_status on accounts (project_id, active, created_at desc, id desc);
create index accounts_of_type_by_status on accounts (project_id, type, active, created_at desc, id desc);
-- In the order of bytes, so that those that begin with something stand together.
create index accounts_by_id on accounts (project_id, id collate "C");
select protect('accounts');
select never_deleted('accounts');

alter table coins
  add column uid bigint generated always as identity unique,
  add column account_id text not null references accounts,
  -- The coin's own switch. Its balance is active where this and the account's are on.
  add column switched_on boolean not null default true,
  add column external_id text check (length(external_id) between 1 and 200),
  -- Of fiat: an IBAN, or whatever the bank knows it by.
  add column address text check (length(address) between 1 and 200),
  add column bank_id text references banks;
create index coins_of_account on coins (account_id, created_at desc, id desc);
create index coins_newest on coins (project_id, created_at desc, id desc);
create index coins_of_issuer on coins (project_id, issuer_id, created_at desc, id desc);
create index coins_by_external_id on coins (project_id, external_id) where external_id is not null;

-- The coin's own switch. Nothing moves on it unless its account is on as well. The account comes first: it cannot be
-- switched meanwhile, and whoever switches it sees the coin as it was or as it becomes. Then the balance's lock, so that no
-- step sees the coin half-way.
create function set_account_active(project text, account text, wanted boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

-- The switch of all that is in an account: what is on in it moves, or stands still. It waits for the steps that are under way,
-- locking balances in the order that steps do; those that come later find it as it becomes.
create function switch_account(project text, container text, wanted boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  update accounts set active = wanted, updated_at = now() where id = container;
  perform 1 from balances b where b.account_id = any(array(select c.id from coins c where c.account_id = container))
    order by b.account_id, b.shard for update;
  -- Only now is it certain which of them are closed.
  update balances b set active = wanted and c.switched_on from coins c
    where c.id = b.account_id and c.account_id = container and c.closed_at is null;
end $$;

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
