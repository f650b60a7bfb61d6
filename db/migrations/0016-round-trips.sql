-- What is on the way of every payment is read in one round trip each, for many callers at once. Their plans are kept, and go by index
-- however many are asked for: the tables they look into grow, and what is asked for at one moment does not.

-- Whose tokens these are. A token is looked up before a project is known, its member after it.
drop function authenticate(bytea);
create function authenticate(hashes bytea[]) returns table (
  token_hash bytea, project_id text, person_id text, member_id text, organization_id text, role text, login text
) language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  project text;
begin
  for project in select distinct t.project_id from tokens t where t.token_hash = any(hashes) and t.expires_at > now() loop
    perform set_config('sluice.project', project, true);
    return query select t.token_hash, t.project_id, p.id, m.id, m.organization_id, m.role, p.login
      from tokens t cross join lateral (select * from members where id = t.member_id and active limit 1) m
        cross join lateral (select * from people where id = m.person_id limit 1) p
      where t.token_hash = any(hashes) and t.expires_at > now() and t.project_id = project;
  end loop;
end $$;

-- What moving money needs to know of a coin. One look-up after another, by its key, here and below (`limit 1`): a join may be planned by
-- the project alone, as long as the statistics say that there is little in it.
create view coin_facts with (security_invoker = true) as
  select k.id, k.serial, k.organization_id, g.type as organization_type, k.issuer_id, i.sn::text as issuer_sn, c.code, c.symbol, c.fraction
    from coins k cross join lateral (select * from issuers where id = k.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      cross join lateral (select * from organizations where id = k.organization_id limit 1) g;

-- The contract that binds an organization: its own, or the one for all of its type; none where that was switched off.
create view binding_contracts with (security_invoker = true) as
  select g.id as organization_id, coalesce(own.id, common.id) as contract_id, coalesce(own.person_type, common.person_type) as person_type
    from organizations g
      left join lateral (select * from contracts where id = g.contract_id and active limit 1) own on true
      left join contracts common on g.contract_id is null and common.project_id = g.project_id and common.global and common.active
        and common.person_type = 'base' and common.organization_type = case g.type when 'merchant' then 'merchant' else 'individual' end;

create or replace function contract_of(organization text) returns contracts language plpgsql stable as $$
declare
  found contracts;
begin
  select c.* into found from binding_contracts b join contracts c on c.id = b.contract_id where b.organization_id = organization;
  return found;
end $$;

-- What a contract says about one operation with a client of another person type, amounts as text; null where no commission rule is in
-- force. Of the profiles with a rule in force, one of the issuer comes before one of any, then a named person type before none.
create function terms_in(contract text, other text, issuer text, asked_flow text, at timestamptz) returns jsonb
language plpgsql stable as $$
declare
  bound contracts;
  -- Money enters from nobody of ours and leaves to nobody of ours.
  src text;
  dest text;
  rule commission_rules;
begin
  select * into bound from contracts where id = contract;
  if bound.id is null then return null; end if;
  if asked_flow in ('bank_top_up', 'platform_deposit') then
    src := other; dest := bound.person_type;
  else
    src := bound.person_type; dest := other;
  end if;
  select r.* into rule from commission_profiles p join commission_rules r on r.profile_id = p.id
    where p.contract_id = contract and p.flow = asked_flow
      and (p.issuer_id is null or p.issuer_id = issuer)
      and (p.src_person_type is null or p.src_person_type = src)
      and (p.dest_person_type is null or p.dest_person_type = dest)
      and r.active and r.begins_at <= at and (r.ends_at is null or at < r.ends_at)
    order by p.issuer_id is null, num_nulls(p.src_person_type, p.dest_person_type), p.src_person_type is null
    limit 1;
  if rule.id is null then return null; end if;
  return jsonb_build_object(
    'contractId', contract,
    'timeZone', (select time_zone from projects where id = bound.project_id),
    'rule', jsonb_build_object('id', rule.id, 'direction', rule.direction, 'conditions', (
      select coalesce(jsonb_agg(jsonb_build_object('begin', c.begin_amount::text, 'end', c.end_amount::text, 'type', c.type,
        'fixed', c.fixed::text, 'percent', trim_scale(c.percent)::text) order by c.begin_amount), '[]')
      from commission_conditions c where c.rule_id = rule.id)),
    'limits', (
      select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'qualifier', l.qualifier, 'unit', l.time_unit,
        'value', l.value::text) order by l.id), '[]')
      from limit_profiles l
      where l.contract_id = contract and l.flow = asked_flow and l.active and (l.issuer_id is null or l.issuer_id = issuer)));
end $$;

create or replace function read_terms(organization text, issuer text, asked_flow text, counter text, at timestamptz) returns jsonb
language plpgsql stable as $$
begin
  return terms_in((contract_of(organization)).id, case when counter is not null then (contract_of(counter)).person_type end,
    issuer, asked_flow, at);
end $$;

-- Everything that wishes for money to move are judged by. wishes: [{n, coin, counter?, bank?, flow}], coins by serial. What several have
-- in common stands once: their terms under a name, and the rules of the project.
create function wish_facts(project text, wishes jsonb, at timestamptz) returns jsonb
language plpgsql set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  facts jsonb;
begin
  perform set_config('sluice.project', project, true);
  -- Sub-selects, for each is planned apart: one join of so many tables would not be.
  with found as materialized (
    select w.*, (select k from coin_facts k where k.serial = w.coin) as k, (select k from coin_facts k where k.serial = w.counter) as o,
        (select jsonb_build_object('id', b.id, 'platform', b.platform) from banks b where b.id = w.bank) as of_bank
      from jsonb_to_recordset(wishes) as w (n int, coin text, counter text, bank text, flow text)
  ), bound as materialized (
    select f.*, (select b from binding_contracts b where b.organization_id = (f.k).organization_id) as mine,
        (select b from binding_contracts b where b.organization_id = (f.o).organization_id) as other
      from found f
  ), asked as materialized (
    select n, to_jsonb(k) as coin, to_jsonb(o) as counter, of_bank as bank, (k).issuer_id, flow, (mine).contract_id, (other).person_type,
        case when (k).id is not null then concat_ws(' ', (mine).contract_id, (other).person_type, (k).issuer_id, flow) end as terms
      from bound
  ), terms as materialized (
    select d.terms as name, terms_in(d.contract_id, d.person_type, d.issuer_id, d.flow, at) as said
      from (select distinct terms, contract_id, person_type, issuer_id, flow from asked where terms is not null) d
  )
  select jsonb_build_object(
      'wishes', (select jsonb_agg(jsonb_build_object('coin', coin, 'counterCoin', counter, 'bank', bank, 'terms', asked.terms) order by n)
        from asked),
      'terms', (select coalesce(jsonb_object_agg(name, said), '{}') from terms),
      'policies', (select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('from_amount', s.from_amount::text)), '[]')
        from screening_policies s where s.active),
      'approvals', (select coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('from_amount', r.from_amount::text,
        'to_amount', r.to_amount::text)), '[]') from approval_rules r where r.active))
    into facts;
  return facts;
end $$;

-- An account as people know it: a coin with its owner, or a system account named by what it is.
create view account_names with (security_invoker = true) as
  select a.id, coalesce(k.serial, a.id) as serial, k.name, a.type, a.technical, k.organization_id, g.name as organization_name,
      i.id as issuer_id, i.sn::text as issuer_sn, c.code, c.symbol, c.fraction
    from book_accounts a cross join lateral (select * from issuers where id = a.issuer_id limit 1) i
      cross join lateral (select * from currencies where id = i.currency_id limit 1) c
      left join lateral (select * from coins where id = a.id limit 1) k on true
      left join lateral (select * from organizations where id = k.organization_id limit 1) g on true;

-- Operations with all that the money API shows of them: legs, what came of them later, and the names of the accounts they moved.
-- The limits keep the planner from looking for an operation by what is joined to it.
create view shown_operations with (security_invoker = true) as
  select o.*, c.currency_code, c.fraction, c.symbol, c.issuer_sn,
      p.full_name, p.iban, p.account_number, p.description, p.bank_details,
      b.bic, b.swift, b.name as bank_name, b.address as bank_address, b.city as bank_city, b.zip_code as bank_zip_code,
      b.country as bank_country,
      (select coalesce(jsonb_agg(jsonb_build_object('operation_id', f.operation_id, 'step', f.step, 'leg', f.leg, 'id', f.id::text,
          'type', f.type, 'amount', t.amount::text, 'from_account', f.account_id, 'to_account', t.account_id,
          'created_at', f.created_at) order by f.id), '[]')
        from postings f join postings t on t.operation_id = f.operation_id and t.step = f.step and t.leg = f.leg and t.amount > 0
        where f.operation_id = o.id and f.amount < 0) as legs,
      (select coalesce(jsonb_agg(x.id order by x.created_at), '[]') from (
          select r.id, r.created_at from operations r where r.return_of = o.id
          union all select r.id, r.created_at from operations r where r.reversal_of = o.id) x) as children,
      (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from account_names n where n.id = any(array(
        select o.coin_id union select o.counter_coin_id union select q.account_id from postings q where q.operation_id = o.id))) as names,
      (select f.answer from first_answers f where f.operation_id = o.id) as answer
    from operations o
      cross join lateral (select i.sn as issuer_sn, c.code as currency_code, c.fraction, c.symbol
        from issuers i join currencies c on c.id = i.currency_id where i.id = o.issuer_id limit 1) c
      left join lateral (select * from operation_parties where operation_id = o.id limit 1) p on true
      left join lateral (select * from banks where id = o.bank_id limit 1) b on true;

-- With the project in front: else a planner that believes the book to be small reads all of the project beside it.
create index returns_of on operations (project_id, return_of) where return_of is not null;

-- One look-up after another, here and below: a list of ids might be looked for by reading a whole index.
create function show_operations(project text, ids text[]) returns setof shown_operations
language plpgsql set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
begin
  perform set_config('sluice.project', project, true);
  return query select s.* from unnest(ids) i (id) cross join lateral (select * from shown_operations o where o.id = i.id limit 1) s;
end $$;

-- The first answer of each operation stands; answered is the one that does. answers: [{id, answer}]
create function keep_answers(project text, answers jsonb) returns table (operation text, answered jsonb)
language plpgsql set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
begin
  perform set_config('sluice.project', project, true);
  -- In one order, for whoever keeps the same answer at this moment waits for the other.
  insert into first_answers (operation_id, project_id, answer)
    select id, project, answer from jsonb_to_recordset(answers) as w (id text, answer jsonb) order by id on conflict do nothing;
  return query select f.operation_id, f.answer from jsonb_array_elements(answers) a cross join lateral
    (select * from first_answers n where n.operation_id = a ->> 'id' limit 1) f;
end $$;
