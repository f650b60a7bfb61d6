-- The ledger's step: judged first, written afterwards, a whole batch in one round trip.
--
-- A batch belongs to one project and holds an operation, an idempotency key, and a client whose limits it takes, at most once.
-- The same goes for a bank line, and for an original that is returned or corrected: steps are judged side by side and would not
-- see each other, so a batch with two of them is refused as a whole, and the caller applies its steps one by one.
-- Locks are taken in one order by everybody: new bank lines, operations, bank lines, limits, strict balances, new keys, each by id,
-- and the audit head last. After the judgement nothing can be refused; if the database still objects, the whole batch rolls back
-- and the caller applies its steps one by one. That is also how a key ends that another transaction took in the same moment.
--
-- Everything is done for the whole batch at once, and what no step of it asks for is not looked at: what costs is the number of
-- statements, for a lone step, and the work per row, for a full batch.
--
-- A step: {operation, step, kind, expect[], to, refusedTo?, create?, ticket?, verb?, roles[]?, onBehalfOf?, given?, refuse?,
--          active[]?, bankAccount?, otherwise{to}?, limits[{limit, period, add, max?}]?, overLimit{to, hold?, line?}?, releaseLimits?, freeze?,
--          line{action, id}?, legs[{type, from, to, amount, issuer?}]?, hold{action, account, amount}?, decideInMs?, set{}?}

-- Operations and their originals, by id; then the bank lines.
create function lock_operations(steps jsonb) returns void language plpgsql as $$
declare
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s);
  originals text[] := array(select o.original from unnest(ids) i cross join lateral
      (select coalesce(return_of, reversal_of) as original from operations where id = i limit 1) o where o.original is not null);
  lines text[] := array(select s -> 'line' ->> 'id' from jsonb_array_elements(steps) s where s ? 'line' order by 1);
begin
  if cardinality(originals) <> (select count(distinct o) from unnest(originals) o)
      or cardinality(lines) <> (select count(distinct l) from unnest(lines) l) then
    raise exception 'two steps of one batch hang on the same original or bank line' using errcode = 'SL011';
  end if;
  -- One look-up after another, here and below: a list of ids might be looked for by reading a whole index.
  perform 1 from (select distinct id from unnest(ids || originals) i (id) order by id) i
    cross join lateral (select 1 from operations o where o.id = i.id for update) locked;
  perform 1 from (select id from unnest(lines) i (id) order by id) i
    cross join lateral (select 1 from bank_lines b where b.id = i.id for update) locked;
end $$;

-- The rows of the limits that the batch takes or gives back, made where they are new, and locked in one order.
create function lock_limits(project text, steps jsonb) returns void language plpgsql as $$
declare
  touched record;
begin
  for touched in
    -- An operation that is born in its step is not there yet.
    select o.organization, l ->> 'limit' as one, l ->> 'period' as period
      from jsonb_array_elements(steps) s, jsonb_array_elements(s -> 'limits') l,
        lateral (select coalesce((select organization_id from operations where id = s ->> 'operation' limit 1),
          s -> 'create' ->> 'organization') as organization) o
      where l ->> 'period' <> '' and o.organization is not null
    union select r.organization_id, r.limit_id, r.period
      from jsonb_array_elements(steps) s,
        lateral (select * from limit_reservations where operation_id = s ->> 'operation' and not given_back offset 0) r
      where s ? 'releaseLimits'
    order by 1, 2, 3
  loop
    insert into limit_usage (organization_id, limit_id, period, project_id)
      values (touched.organization, touched.one, touched.period, project) on conflict do nothing;
    perform 1 from limit_usage u where u.organization_id = touched.organization and u.limit_id = touched.one
      and u.period = touched.period for update;
  end loop;
end $$;

-- The clients that a step may freeze, before their balances.
create function lock_organizations(steps jsonb) returns void language plpgsql as $$
begin
  perform 1 from organizations g where g.id = any(array(select o.organization_id from jsonb_array_elements(steps) s,
    lateral (select organization_id from operations where id = s ->> 'operation' limit 1) o where s ? 'freeze'))
    order by g.id for no key update;
end $$;

create function coins_of_clients(steps jsonb) returns text[] language plpgsql as $$
begin
  return array(select k.id from jsonb_array_elements(steps) s
    cross join lateral (select organization_id from operations where id = s ->> 'operation' limit 1) o
    join coins k on k.organization_id = o.organization_id where s ? 'freeze');
end $$;

-- Strict balances that the batch moves or looks at, locked by id; where each account's stands among them; and which are not active.
create function lock_balances(entries step_entry[], actives text[], out balances held_balance[], out places jsonb, out inactive jsonb)
language plpgsql as $$
declare
  accounts text[] := array(select account from (select account from unnest(entries) union select unnest(actives)) a order by account);
begin
  select array_agg(b.held), coalesce(jsonb_object_agg(b.account, b.place), '{}'), jsonb_agg(b.account) filter (where not b.active)
    into balances, places, inactive from (
      select account_id as account, active, row(account_id, issuer_id, posted, held, floor, active)::held_balance as held,
          row_number() over (order by account_id) as place
        from unnest(accounts) a (id) cross join lateral (
          select * from balances b where b.account_id = a.id and b.shard = 0 and b.strict for update) locked
        order by account_id) b;
end $$;

-- Of the accounts that have to be active, those whose owner is frozen; null where there are none. Mostly nobody is.
create function find_frozen(accounts text[]) returns jsonb language plpgsql as $$
begin
  if not exists (select 1 from organizations where frozen_at is not null) then return null; end if;
  return (select jsonb_agg(a.id) from unnest(accounts) a (id)
      cross join lateral (select organization_id from coins where id = a.id limit 1) c
      cross join lateral (select frozen_at from organizations where id = c.organization_id limit 1) o
    where o.frozen_at is not null);
end $$;

-- The time to decide runs from when the decision begins to be awaited.
create function set_decide_by(project text, work step_work[]) returns step_work[] language plpgsql as $$
declare
  expires_ms bigint := (select decision_expires_ms from projects where projects.id = project);
begin
  for i in 1 .. coalesce(array_length(work, 1), 0) loop
    if work[i].outcome = 'applied' and work[i].to_state in ('awaiting_decision', 'limited') and work[i].from_state <> work[i].to_state then
      work[i].decide_by := now() + coalesce((work[i].body ->> 'decideInMs')::bigint, expires_ms) * interval '1 millisecond';
    end if;
  end loop;
  return work;
end $$;

-- Who is frozen with a step, and the row of the audit chain for each that was not frozen before.
create function freeze_clients(project text, work step_work[], source text) returns audit_entry[] language plpgsql as $$
declare
  one text;
  rows audit_entry[];
begin
  for one in select distinct w.organization from unnest(work) w where w.outcome = 'applied' and w.body ? 'freeze' order by 1 loop
    if freeze_organization(project, one, 'AML') then
      rows := rows || row(null, source, 'organization.freeze', 'organization', one, null,
        jsonb_build_object('frozen', true, 'reason', 'AML'))::audit_entry;
    end if;
  end loop;
  return rows;
end $$;

-- Every row it touches is named by its key, so it never wants a scan; statistics that lag behind a growing table would
-- talk the planner into one.
create function apply_steps(project text, steps jsonb, source text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  scope text := set_config('sluice.project', project, true);
  births boolean := jsonb_path_exists(steps, '$[*].create');
  moves boolean := jsonb_path_exists(steps, '$[*] ? (!exists(@.create))');
  lines boolean := jsonb_path_exists(steps, '$[*].line');
  otherwise boolean := jsonb_path_exists(steps, '$[*].otherwise');
  limits boolean := jsonb_path_exists(steps, '$[*] ? (exists(@.limits) || exists(@.releaseLimits))');
  freezes boolean := jsonb_path_exists(steps, '$[*].freeze');
  known int[];
  taken int[];
  work step_work[];
  entries step_entry[] := step_entries(steps);
  actives text[] := array(select jsonb_array_elements_text(jsonb_path_query_array(steps, '$[*].active[*]')));
  -- Places: account → where its balance stands; accounts that are not strict have none.
  held record;
  found record;
  audit audit_entry[];
begin
  if births then
    select b.known, b.taken into known, taken from find_born(project, steps) b;
    moves := moves or known is not null;
  end if;
  if moves or lines then
    perform lock_operations(steps);
  end if;
  if limits then
    perform lock_limits(project, steps);
  end if;
  if freezes then
    perform lock_organizations(steps);
    -- All of the client's coins, in the one order: no step that does not know of the freeze is under way when it is answered.
    actives := actives || coins_of_clients(steps);
  end if;
  held := lock_balances(entries, actives);
  work := judge_steps(steps, known || taken, held.inactive, find_frozen(actives));
  -- What goes over a limit, or is not let through, moves other things than it was to move.
  if limits or otherwise then
    entries := step_entries((select jsonb_agg(w.body order by w.ord) from unnest(work) w));
  end if;
  found := survey(entries, work, held.balances, held.places);
  if found.stray is not null then
    raise exception 'account % is of another issuer than the operation that moves it', found.stray using errcode = 'SL012';
  end if;
  if found.risky then
    work := refuse_overdrafts(work, entries, held.balances, held.places);
  end if;
  if jsonb_path_exists(steps, '$[*] ? (@.to == "awaiting_decision" || @.to == "limited" || exists(@.overLimit))') then
    work := set_decide_by(project, work);
  end if;
  if births then
    perform insert_operations(project, work);
  end if;
  if moves then
    perform update_operations(work);
  end if;
  if jsonb_path_exists(steps, '$[*].verb') then
    perform write_decisions(project, work);
  end if;
  if limits then
    perform write_limits(project, work);
  end if;
  if lines then
    perform write_lines(project, work);
  end if;
  if jsonb_path_exists(steps, '$[*] ? (exists(@.hold) || exists(@.overLimit))') then
    perform write_holds(project, work);
  end if;
  if entries is not null then
    perform write_book(project, work, entries, held.balances, held.places, found.spread);
  end if;
  perform write_steps(project, work);
  audit := step_audit(work, source);
  if freezes then
    audit := audit || freeze_clients(project, work, source);
  end if;
  if audit is not null then
    perform append_entries(project, audit);
  end if;
  return step_answers(work);
end $$;
