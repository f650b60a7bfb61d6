create function contract_of(organization text) returns contracts language plpgsql stable as $$
declare
  found contracts;
begin
  select c.* into found from binding_contracts b join contracts c on c.id = b.contract_id where b.organization_id = organization;
  return found;
end $$;

-- What a contract says about one operation with a client of another person type, amounts as text; null where no
-- commission rule is in force. Of the profiles with a rule in force, one of the issuer comes before one of any, then
-- a named person type before none.
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

create function read_terms(organization text, issuer text, asked_flow text, counter text, at timestamptz) returns jsonb
language plpgsql stable as $$
begin
  return terms_in((contract_of(organization)).id, case when counter is not null then (contract_of(counter)).person_type end,
    issuer, asked_flow, at);
end $$;
