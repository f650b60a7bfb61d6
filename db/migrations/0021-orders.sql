-- What is asked of platforms that keep balances, and what they did.

-- At a platform that gives no reference of ours back: one order at a time for each place, and what its history held before.
create table platform_orders (
  operation_id text primary key references operations,
  project_id text not null references projects,
  platform_id text not null references platforms,
  account text not null,
  currency text not null,
  before jsonb,
  opened_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create index platform_orders_under_way on platform_orders (platform_id, account, currency) where ended_at is null;
create index platform_orders_newest on platform_orders (platform_id, account, currency, opened_at);
select protect('platform_orders');

-- What the platform's history shows: each entry once, and the operation it belongs to, an order of ours or one that the sync booked.
create table platform_entries (
  platform_id text not null references platforms,
  account text not null,
  currency text not null,
  entry_id text not null check (length(entry_id) between 1 and 200),
  project_id text not null references projects,
  operation_id text not null references operations,
  amount numeric(38, 0) not null,
  at timestamptz not null,
  seen_at timestamptz not null default now(),
  primary key (platform_id, account, currency, entry_id)
);
create index platform_entries_of_operation on platform_entries (operation_id);
select protect('platform_entries');
select append_only('platform_entries');

-- How far the sync of an asset has come.
alter table coins
  add column synced_to timestamptz,
  add column synced_at timestamptz;

-- What a platform's call said besides, to be compared with what we asked for.
alter table inbox
  add column amount text,
  add column currency text;
create index inbox_about on inbox (project_id, reference);

-- What is kept on a platform is moved there, and nowhere else.
create or replace view coin_facts with (security_invoker = true) as
  select k.id, k.serial, k.organization_id, g.type as organization_type, k.issuer_id, i.sn::text as issuer_sn, c.code, c.symbol, c.fraction,
      k.platform_id
    from coins k cross join lateral (select * from issuers where id = k.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      cross join lateral (select * from organizations where id = k.organization_id limit 1) g;
