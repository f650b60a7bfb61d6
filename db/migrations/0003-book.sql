-- The double-entry book. Only the functions of these migrations write to it; the runtime role may only read.

create table book_accounts (
  id text primary key,
  project_id text not null references projects,
  issuer_id text not null references issuers,
  type text not null,
  usage text not null check (usage in ('circulation', 'accounting')),
  technical boolean not null,
  -- Strict accounts are locked by each step that moves them and never fall under their floor. The others are touched by
  -- every operation: their balance is spread over shards, and only the sum means something.
  strict boolean not null,
  created_at timestamptz not null default now()
);
create unique index one_system_account_of_a_type on book_accounts (issuer_id, type) where not strict;
select protect('book_accounts');
select never_deleted('book_accounts');

create table balances (
  account_id text not null references book_accounts,
  shard int not null,
  project_id text not null,
  -- As the account says, so that one look is enough for a step.
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
select protect('balances');

-- A client's balance in one issuer: on the wire of the money API a coin, known by its serial.
create table coins (
  id text primary key references book_accounts,
  project_id text not null references projects,
  organization_id text not null references organizations,
  issuer_id text not null references issuers,
  serial text not null check (serial ~ '^[A-Z0-9-]{4,34}$'),
  name text not null,
  type text not null default 'client',
  main boolean not null default false,
  -- Switched off by staff: then only staff may switch it on again.
  blocked boolean not null default false,
  created_by text references people,
  created_at timestamptz not null default now(),
  -- Empty, and closed for good: history keeps it, and another coin of its issuer may take its place.
  closed_at timestamptz,
  unique (project_id, serial)
);
create index coins_of_organization on coins (organization_id);
create unique index one_coin_of_an_issuer on coins (organization_id, issuer_id) where closed_at is null;
create unique index one_main_coin on coins (organization_id) where main and closed_at is null;
select protect('coins');
select never_deleted('coins');

-- Where a client's money may be paid out to. person_id is the client it belongs to, made_by who typed what it says now.
create table bank_accounts (
  id text primary key,
  project_id text not null references projects,
  coin_id text not null references coins,
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
  check (iban is not null or account_number is not null),
  constraint four_eyes check (decided_by <> made_by),
  unique nulls not distinct (coin_id, bank_id, iban, account_number)
);
create index bank_accounts_of_coin on bank_accounts (coin_id);
create index bank_accounts_of_person on bank_accounts (project_id, person_id);
create unique index one_default_bank_account on bank_accounts (coin_id) where is_default;
select protect('bank_accounts');

-- Two rows make a leg: the same amount out of one account and into another of the same issuer.
create table postings (
  id bigint generated always as identity,
  project_id text not null,
  operation_id text not null,
  step text not null,
  leg int not null,
  type text not null check (type in ('transfer', 'issue', 'redeem', 'capture', 'reversal', 'commission')),
  -- Each has a balance, and that its account.
  account_id text not null,
  issuer_id text not null,
  amount numeric(38, 0) not null check (amount <> 0),
  balance_after numeric(38, 0),
  created_at timestamptz not null default now(),
  primary key (operation_id, id)
);
create index postings_of_account on postings (account_id, id);
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
select protect('holds');

-- account: {id, issuer, type, usage, technical, strict, floor}
create function open_book_account(project text, account jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  insert into book_accounts (id, project_id, issuer_id, type, usage, technical, strict)
    values (account ->> 'id', project, account ->> 'issuer', account ->> 'type', account ->> 'usage',
      (account ->> 'technical')::boolean, (account ->> 'strict')::boolean);
  insert into balances (account_id, shard, project_id, issuer_id, strict, floor)
    values (account ->> 'id', 0, project, account ->> 'issuer', (account ->> 'strict')::boolean, (account ->> 'floor')::numeric);
end $$;

-- Whether an amount is held on it, or an operation (0004) is open that may still move its money.
create function account_in_use(account text) returns boolean language plpgsql as $$
declare
  unfinished text[] := array['received', 'limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown',
    'awaiting_reference'];
begin
  return exists (select 1 from balances where account_id = account and held <> 0)
    or exists (select 1 from operations where coin_id = account and state = any(unfinished))
    or exists (select 1 from operations where counter_coin_id = account and state = any(unfinished));
end $$;

-- Closes a coin's account for good if it is empty, and answers whether it did. It waits for the step that holds the
-- balance, and looks only then; the step that waits for this one finds the account inactive.
create function close_account(project text, account text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

create view account_balances with (security_invoker = true) as
  select account_id, project_id, sum(posted) as posted, sum(held) as held, bool_and(active) as active
    from balances group by account_id, project_id;
