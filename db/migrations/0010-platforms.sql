-- What was sent to banks and platforms, what they answered, and what they reported. The platforms themselves stand in
-- 0006.

create table order_sends (
  operation_id text not null references operations,
  send int not null,
  project_id text not null references projects,
  at timestamptz not null default now(),
  primary key (operation_id, send)
);
comment on table order_sends is
  'A row is written before an order is sent, so that nothing is sent twice without a look at the platform first.';
create index order_sends_by_time on order_sends (project_id, at);
select protect('order_sends');

-- The platform's words stay here and out of the workflows' histories.
create table platform_answers (
  id bigint generated always as identity primary key,
  project_id text not null references projects,
  operation_id text not null references operations,
  call text not null check (call in ('send', 'look_up')),
  kind text not null check (kind in
    ('confirmed', 'refused', 'pending', 'unknown', 'absent', 'returned', 'not_sent', 'ambiguous')),
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
  project_id text not null references projects,
  platform text not null,
  event_id text not null,
  type text not null,
  reference text not null,
  -- For a returned payout: the operation that will book it.
  operation_id text unique,
  outcome text,
  created_at timestamptz not null default now(),
  handled_at timestamptz,
  -- What the call said besides, to be compared with what we asked for.
  amount text,
  currency text,
  unique (project_id, platform, event_id)
);
comment on table inbox is 'A row is a call of a platform, stored before anything is done about it.';
create index inbox_to_handle on inbox (project_id, created_at) where handled_at is null;
create index inbox_about on inbox (project_id, reference);
select protect('inbox');

-- At a platform that gives no reference of ours back there is one order at a time for each place.
create table platform_orders (
  operation_id text primary key references operations,
  project_id text not null references projects,
  platform_id text not null references platforms,
  account text not null,
  currency text not null,
  -- What the place's history held before the order.
  before jsonb,
  opened_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
comment on table platform_orders is
  'A row is an order of ours at a platform that keeps balances, open until its outcome is known.';
create index platform_orders_under_way on platform_orders (platform_id, account, currency) where ended_at is null;
create index platform_orders_newest on platform_orders (platform_id, account, currency, opened_at);
select protect('platform_orders');

create table platform_entries (
  platform_id text not null references platforms,
  account text not null,
  currency text not null,
  entry_id text not null check (length(entry_id) between 1 and 200),
  project_id text not null references projects,
  -- An order of ours, or an operation that the sync booked.
  operation_id text not null references operations,
  amount numeric(38, 0) not null,
  at timestamptz not null,
  seen_at timestamptz not null default now(),
  primary key (platform_id, account, currency, entry_id)
);
comment on table platform_entries is
  'A row is one entry of a platform''s history, recorded once, with the operation it belongs to.';
create index platform_entries_of_operation on platform_entries (operation_id);
select protect('platform_entries');
select append_only('platform_entries');
