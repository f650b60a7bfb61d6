-- The double-entry book. Only functions of db/functions/ledger write to it; the runtime role may only read.

create table book_accounts (
  id text primary key,
  project_id text not null references projects,
  issuer_id text not null references issuers,
  type text not null,
  usage text not null check (usage in ('circulation', 'accounting')),
  technical boolean not null,
  -- A strict account is locked by each step that moves it and never falls under its floor. Every operation touches
  -- the others: their balance is spread over shards, and only the sum of the shards means something.
  strict boolean not null,
  created_at timestamptz not null default now()
);
comment on table book_accounts is
  'A row is an account of the book in one issuer: a client''s, or one of the system''s own.';
create unique index one_system_account_of_a_type on book_accounts (issuer_id, type) where not strict;
select protect('book_accounts');
select never_deleted('book_accounts');

create table balances (
  account_id text not null references book_accounts,
  shard int not null,
  project_id text not null,
  -- Copied from the account, so that one look is enough for a step.
  issuer_id text not null,
  strict boolean not null,
  posted numeric(38, 0) not null default 0,
  held numeric(38, 0) not null default 0 check (held >= 0),
  floor numeric(38, 0),
  active boolean not null default true,
  version bigint not null default 0,
  primary key (account_id, shard),
  constraint above_floor check (floor is null or posted - held >= floor)
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
  -- No foreign key: each has a balance, and the balance has its account.
  account_id text not null,
  issuer_id text not null,
  amount numeric(38, 0) not null check (amount <> 0),
  balance_after numeric(38, 0),
  created_at timestamptz not null default now(),
  primary key (operation_id, id)
);
comment on table postings is
  'A row is one side of a leg: an amount out of an account (below zero) or the same amount into another of its issuer.';
create index postings_of_account on postings (account_id, id);
-- The trial balance of a moment takes back what was posted since. Postings are written in the order of time, so this
-- index is a few pages whatever the table has, and costs a posting nothing.
create index postings_by_time on postings using brin (created_at);
select protect('postings');
select append_only('postings');

create function postings_sum_to_zero() returns trigger language plpgsql as $$
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
end $$;
create trigger postings_sum_to_zero after insert on postings
  referencing new table as fresh for each statement execute function postings_sum_to_zero();

create table holds (
  operation_id text primary key,
  project_id text not null,
  account_id text not null references book_accounts,
  amount numeric(38, 0) not null check (amount > 0),
  state text not null check (state in ('placed', 'captured', 'released')),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
comment on table holds is
  'A row is the amount that an operation keeps from being spent on an account, until it is captured or released.';
select protect('holds');
