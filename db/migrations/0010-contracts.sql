-- What clients pay for operations and how much they may do: contracts, their commission profiles and their limit profiles.

create table contracts (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  description text,
  organization_type text not null check (organization_type in ('individual', 'merchant')),
  person_type text not null check (person_type in ('base', 'standard', 'gold', 'vip')),
  active boolean not null default true,
  -- Of its types, for everybody; the global base one binds whoever was given no other.
  global boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index one_global_contract on contracts (project_id, organization_type, person_type) where global and active;
create index contracts_by_age on contracts (project_id, created_at);
select protect('contracts');

-- Null: the global base contract of its type that is active.
alter table organizations add column contract_id text references contracts;

-- What one operation costs, between whom. Null: any issuer; any person type, or nobody of ours.
create table commission_profiles (
  id text primary key,
  project_id text not null references projects,
  contract_id text not null references contracts,
  flow text not null check (flow in ('bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit', 'platform_withdrawal', 'platform_trade')),
  issuer_id text references issuers,
  src_person_type text check (src_person_type in ('base', 'standard', 'gold', 'vip')),
  dest_person_type text check (dest_person_type in ('base', 'standard', 'gold', 'vip')),
  created_at timestamptz not null default now(),
  unique nulls not distinct (contract_id, flow, issuer_id, src_person_type, dest_person_type)
);
select protect('commission_profiles');

-- In force from its begin up to its end, while it is active; of one profile, never two at a time.
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
create index commission_rules_of_profile on commission_rules (profile_id, begins_at);
select protect('commission_rules');

-- Amounts from its begin up to its end, in minor units of the profile's issuer; of one rule, none overlap. A percentage has six decimals.
create table commission_conditions (
  id text primary key,
  project_id text not null references projects,
  rule_id text not null references commission_rules on delete cascade,
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
create index commission_conditions_of_rule on commission_conditions (rule_id, begin_amount);
select protect('commission_conditions');

-- Amounts in minor units of the issuer. Null: operations of every issuer are counted together.
create table limit_profiles (
  id text primary key,
  project_id text not null references projects,
  contract_id text not null references contracts,
  flow text not null check (flow in ('bank_top_up', 'bank_withdrawal', 'transfer', 'platform_deposit', 'platform_withdrawal', 'platform_trade')),
  issuer_id text references issuers,
  qualifier text not null check (qualifier in ('amount', 'quantity')),
  time_unit text not null
    check (time_unit in ('per_transaction', 'per_day', 'per_week', 'per_month', 'per_quarter', 'per_year', 'per_life')),
  value numeric(38, 0) not null check (value >= 0),
  active boolean not null,
  created_at timestamptz not null default now(),
  check (qualifier = 'quantity' or issuer_id is not null),
  unique nulls not distinct (contract_id, flow, issuer_id, qualifier, time_unit)
);
select protect('limit_profiles');

-- Two at once must not make ranges that overlap: whoever changes a part of a contract locks the contract. This is the last guard.
create function refuse_overlap() returns trigger language plpgsql as $$
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
end $$;
create trigger no_overlap after insert or update on commission_rules for each row execute function refuse_overlap();
create trigger no_overlap after insert or update on commission_conditions for each row execute function refuse_overlap();

-- The contract that binds an organization; null where it offers nothing, for it was switched off or there is none.
create function contract_of(organization text) returns contracts language plpgsql stable as $$
declare
  party organizations;
  found contracts;
begin
  select * into party from organizations where id = organization;
  if party.contract_id is not null then
    select * into found from contracts where id = party.contract_id and active;
  else
    select * into found from contracts
      where project_id = party.project_id and global and active and person_type = 'base'
        and organization_type = case party.type when 'merchant' then 'merchant' else 'individual' end;
  end if;
  return found;
end $$;

-- What an organization's contract says about one operation, amounts as text; null where no commission rule is in force.
-- Of the profiles with a rule in force, one of the issuer comes before one of any, then a named person type before none.
create function read_terms(organization text, issuer text, asked_flow text, counter text, at timestamptz) returns jsonb
language plpgsql stable as $$
declare
  contract contracts := contract_of(organization);
  other text;
  -- Money enters from nobody of ours and leaves to nobody of ours.
  src text := contract.person_type;
  dest text;
  rule commission_rules;
begin
  if contract.id is null then return null; end if;
  if counter is not null then other := (contract_of(counter)).person_type; end if;
  if asked_flow in ('bank_top_up', 'platform_deposit') then src := other; dest := contract.person_type; else dest := other; end if;
  select r.* into rule from commission_profiles p join commission_rules r on r.profile_id = p.id
    where p.contract_id = contract.id and p.flow = asked_flow
      and (p.issuer_id is null or p.issuer_id = issuer)
      and (p.src_person_type is null or p.src_person_type = src)
      and (p.dest_person_type is null or p.dest_person_type = dest)
      and r.active and r.begins_at <= at and (r.ends_at is null or at < r.ends_at)
    order by p.issuer_id is null, num_nulls(p.src_person_type, p.dest_person_type), p.src_person_type is null
    limit 1;
  if rule.id is null then return null; end if;
  return jsonb_build_object(
    'contractId', contract.id,
    'timeZone', (select time_zone from projects where id = contract.project_id),
    'rule', jsonb_build_object('id', rule.id, 'direction', rule.direction, 'conditions', (
      select coalesce(jsonb_agg(jsonb_build_object('begin', c.begin_amount::text, 'end', c.end_amount::text, 'type', c.type,
        'fixed', c.fixed::text, 'percent', trim_scale(c.percent)::text) order by c.begin_amount), '[]')
      from commission_conditions c where c.rule_id = rule.id)),
    'limits', (
      select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'qualifier', l.qualifier, 'unit', l.time_unit,
        'value', l.value::text) order by l.id), '[]')
      from limit_profiles l
      where l.contract_id = contract.id and l.flow = asked_flow and l.active and (l.issuer_id is null or l.issuer_id = issuer)));
end $$;

-- Ids as the program makes them, but without their time.
create function fresh_id(prefix text) returns text language sql volatile as $$
  select prefix || '_' || left(replace(gen_random_uuid()::text, '-', ''), 26)
$$;

-- Commission profiles with their rules and conditions, and limits where asked, from one contract to another.
create function copy_contract(source text, target text, with_limits boolean) returns void language plpgsql as $$
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
end $$;

-- Every project is born with contracts under which everything is offered and costs nothing.
create function open_contracts(project text) returns void language plpgsql as $$
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
end $$;

create function open_contracts_of_new_project() returns trigger language plpgsql as $$
begin
  perform open_contracts(new.id);
  return null;
end $$;
create trigger open_contracts after insert on projects for each row execute function open_contracts_of_new_project();
select open_contracts(id) from projects;
