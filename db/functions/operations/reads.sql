-- What every payment needs is read in one round trip, for many callers at once. The plans are kept, and go by index
-- however many rows are asked for: the tables grow, and the number of rows that one moment asks for does not.

-- Everything that requests to move money are judged by. wishes: [{n, coin, counter?, bank?, flow}], coins by serial.
-- What several requests have in common stands once: their terms under a name, and the rules of the project.
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
