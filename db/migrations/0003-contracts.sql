-- What clients pay for operations and how much they may do: contracts, their commission profiles and their limit
-- profiles.

create table contracts (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  description text,
  organization_type text not null check (organization_type in ('individual', 'merchant')),
  person_type text not null check (person_type in ('base', 'standard', 'gold', 'vip')),
  active boolean not null default true,
  -- Holds for everybody of its types. The global base contract binds each organization that was given no other.
  global boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table contracts is 'A row is a set of commissions and limits that clients can be bound by.';
create unique index one_global_contract on contracts (project_id, organization_type, person_type)
  where global and active;
create index contracts_by_age on contracts (project_id, created_at);
select protect('contracts');

create table commission_profiles (
  id text primary key,
  project_id text not null references projects,
  contract_id text not null references contracts,
  flow text not null check (flow in
    ('bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit', 'platform_withdrawal', 'platform_trade')),
  -- Null: any issuer.
  issuer_id text references issuers,
  -- Null: any person type, or nobody of ours.
  src_person_type text check (src_person_type in ('base', 'standard', 'gold', 'vip')),
  dest_person_type text check (dest_person_type in ('base', 'standard', 'gold', 'vip')),
  created_at timestamptz not null default now(),
  unique nulls not distinct (contract_id, flow, issuer_id, src_person_type, dest_person_type)
);
comment on table commission_profiles is
  'A row names the operations of a contract, by flow, issuer and the person types on both sides, that cost the same.';
select protect('commission_profiles');

create table commission_rules (
  id text primary key,
  project_id text not null references projects,
  profile_id text not null references commission_profiles on delete cascade,
  begins_at timestamptz not null,
  ends_at timestamptz,
  direction text not null check (direction in ('IN', 'OUT', 'SHARED')),
  active boolean not null,
  created_at timestamptz not null default now(),
  check (begins_at < ends_at)
);
comment on table commission_rules is
  'A row is the price of a profile''s operations from its begin up to its end; a profile has one active at a time.';
create index commission_rules_of_profile on commission_rules (profile_id, begins_at);
select protect('commission_rules');

create table commission_conditions (
  id text primary key,
  project_id text not null references projects,
  rule_id text not null references commission_rules on delete cascade,
  -- Minor units of the profile's issuer.
  begin_amount numeric(38, 0) not null check (begin_amount >= 0),
  end_amount numeric(38, 0),
  type text not null check (type in ('zero', 'percent', 'fixed', 'greater_of_fixed_or_percent',
    'lesser_of_fixed_or_percent', 'fixed_and_percent')),
  fixed numeric(38, 0) not null default 0 check (fixed >= 0),
  percent numeric(9, 6) not null default 0 check (percent between 0 and 100),
  check (begin_amount < end_amount),
  check (type not in ('zero', 'percent') or fixed = 0),
  check (type not in ('zero', 'fixed') or percent = 0)
);
comment on table commission_conditions is
  'A row is the commission for amounts from its begin up to its end; the conditions of one rule do not overlap.';
create index commission_conditions_of_rule on commission_conditions (rule_id, begin_amount);
select protect('commission_conditions');

create table limit_profiles (
  id text primary key,
  project_id text not null references projects,
  contract_id text not null references contracts,
  flow text not null check (flow in
    ('bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit', 'platform_withdrawal', 'platform_trade')),
  -- Null: operations of every issuer are counted together.
  issuer_id text references issuers,
  qualifier text not null check (qualifier in ('amount', 'quantity')),
  time_unit text not null check (time_unit in
    ('per_transaction', 'per_day', 'per_week', 'per_month', 'per_quarter', 'per_year', 'per_life')),
  -- Of an amount: minor units of the issuer.
  value numeric(38, 0) not null check (value >= 0),
  active boolean not null,
  created_at timestamptz not null default now(),
  check (qualifier = 'quantity' or issuer_id is not null),
  unique nulls not distinct (contract_id, flow, issuer_id, qualifier, time_unit)
);
comment on table limit_profiles is
  'A row is how much, or how often, a client of a contract may do operations of one flow in one period.';
select protect('limit_profiles');

-- Whoever changes a part of a contract locks the contract, so that two at once do not make ranges that overlap. This
-- trigger is the last guard.
create function refuse_overlap() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'commission_rules' then
    if exists (select from commission_rules a join commission_rules b on b.profile_id = a.profile_id and b.id <> a.id
        where a.id = new.id and a.active and b.active
          and tstzrange(a.begins_at, a.ends_at) && tstzrange(b.begins_at, b.ends_at)) then
      raise exception 'two commission rules of one profile in force at a time' using errcode = 'SL010';
    end if;
  elsif exists (select from commission_conditions a
        join commission_conditions b on b.rule_id = a.rule_id and b.id <> a.id
      where a.id = new.id and numrange(a.begin_amount, a.end_amount) && numrange(b.begin_amount, b.end_amount)) then
    raise exception 'two conditions of one commission rule for an amount' using errcode = 'SL010';
  end if;
  return null;
end $$;
create trigger no_overlap after insert or update on commission_rules
  for each row execute function refuse_overlap();
create trigger no_overlap after insert or update on commission_conditions
  for each row execute function refuse_overlap();

create function open_contracts_of_new_project() returns trigger language plpgsql as $$
begin
  perform open_contracts(new.id);
  return null;
end $$;
create trigger open_contracts after insert on projects
  for each row execute function open_contracts_of_new_project();
