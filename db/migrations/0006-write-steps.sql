-- The writing half of the ledger's step, and the one function that the engine calls.

-- An operation that is born with its step is written once, as it is after it. A key that another transaction took in
-- this very moment fails the batch: keys are inserted in one order, so two batches never wait for each other.
create function insert_operations(project text, work step_work[]) returns void language plpgsql as $$
begin
  perform demand_named(array(select row(w.body -> 'create' ->> 'coin', w.body -> 'create' ->> 'counterCoin', w.issuer, w.organization,
    w.asked_by, w.kind)::operation_names from unnest(work) w where w.fresh));
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id, organization_id, amount,
      sender_amount, recipient_amount, rules, bank_line_id, bank_id, platform, platform_reference, platform_at, asked_by, idempotency_key, body_hash,
      refusal, registered_at)
    select w.operation, project, w.kind, false, w.to_state, c ->> 'coin', c ->> 'counterCoin', w.issuer, w.organization, w.amount,
        (c ->> 'senderAmount')::numeric, (c ->> 'recipientAmount')::numeric, c -> 'rules', c ->> 'bankLine', c ->> 'bank',
        c ->> 'platform', c ->> 'platformReference', (c ->> 'platformAt')::timestamptz, w.asked_by, c ->> 'key', decode(c ->> 'bodyHash', 'hex'), case when w.stored then w.refusal end, case when w.stored then now() end
      from unnest(work) w cross join lateral (select w.body -> 'create' as c offset 0) created
      where w.fresh order by w.asked_by, c ->> 'key', w.operation;
  -- One that has ended with its birth has no workflow, and nobody asks for it from outside its project.
  if exists (select 1 from unnest(work) w where w.fresh and (w.to_state = 'received' or w.body -> 'create' ? 'description')) then
    insert into project_of (id, project_id)
      select w.operation, project from unnest(work) w where w.fresh and w.to_state = 'received' order by w.operation on conflict do nothing;
    insert into operation_parties (operation_id, project_id, description)
      select w.operation, project, w.body -> 'create' ->> 'description' from unnest(work) w where w.fresh and w.body -> 'create' ? 'description';
  end if;
end $$;

-- Row by row, each by its key: a join would be planned by the size the tables had when they were empty.
create function update_operations(work step_work[]) returns void language plpgsql as $$
declare
  w step_work;
  detail jsonb;
begin
  foreach w in array work loop
    continue when w.fresh or not w.stored or (w.outcome <> 'applied' and w.to_state = w.from_state);
    detail := case when w.ticket is not null then (select t.detail from tickets t where t.id = w.ticket) end;
    update operations o set
        state = w.to_state,
        state_since = case when o.state = w.to_state then o.state_since else now() end,
        registered_at = coalesce(o.registered_at, now()),
        refusal = case when w.outcome = 'refused' then w.refusal else o.refusal end,
        reason = coalesce(w.body -> 'set' ->> 'reason', detail ->> 'reason', o.reason),
        platform = coalesce(w.body -> 'set' ->> 'platform', o.platform),
        platform_reference = coalesce(w.body -> 'set' ->> 'platformReference', detail ->> 'bankReference', o.platform_reference),
        platform_at = coalesce((w.body -> 'set' ->> 'platformAt')::timestamptz, o.platform_at),
        sold_amount = coalesce((w.body -> 'set' ->> 'soldAmount')::numeric, o.sold_amount),
        bought_amount = coalesce((w.body -> 'set' ->> 'boughtAmount')::numeric, o.bought_amount),
        decide_by = w.decide_by,
        screened_at = case when w.outcome = 'applied' and w.body -> 'set' ? 'screened' then now() else o.screened_at end,
        updated_at = now()
      where o.id = w.operation;
  end loop;
end $$;

create function write_decisions(project text, work step_work[]) returns void language plpgsql as $$
declare
  w step_work;
  principal text;
begin
  foreach w in array work loop
    continue when w.ticket is null;
    update tickets t set outcome = w.outcome, refusal = w.refusal, used_at = now()
      where t.id = w.ticket and t.operation_id = w.operation and t.outcome is null;
    continue when w.outcome <> 'applied';
    principal := coalesce(w.body ->> 'onBehalfOf', w.person);
    insert into decisions (operation_id, person_id, verb, project_id, asked_by, role, on_behalf_of, ticket_id)
      values (w.operation, w.person, w.verb, project, w.asked_by, (select m.role from members m where m.person_id = principal),
        w.body ->> 'onBehalfOf', w.ticket);
  end loop;
end $$;

-- What is taken of limits and given back; the rows were locked before anything was judged.
create function write_limits(project text, work step_work[]) returns void language plpgsql as $$
declare
  w step_work;
  one jsonb;
  taken limit_reservations;
begin
  foreach w in array work loop
    continue when w.outcome <> 'applied';
    for one in select jsonb_array_elements(w.body -> 'limits') loop
      continue when one ->> 'period' = '';
      update limit_usage u set used = u.used + (one ->> 'add')::numeric
        where u.organization_id = w.organization and u.limit_id = one ->> 'limit' and u.period = one ->> 'period';
      insert into limit_reservations (operation_id, limit_id, period, project_id, organization_id, amount)
        values (w.operation, one ->> 'limit', one ->> 'period', project, w.organization, (one ->> 'add')::numeric);
    end loop;
    continue when not w.body ? 'releaseLimits';
    for taken in select * from limit_reservations r where r.operation_id = w.operation and not r.given_back loop
      update limit_usage u set used = u.used - taken.amount
        where u.organization_id = taken.organization_id and u.limit_id = taken.limit_id and u.period = taken.period;
      update limit_reservations r set given_back = true
        where r.operation_id = taken.operation_id and r.limit_id = taken.limit_id and r.period = taken.period;
    end loop;
  end loop;
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

-- What becomes of the bank lines whose money moves.
create function write_lines(project text, work step_work[]) returns void language plpgsql as $$
declare
  w step_work;
  line text;
begin
  foreach w in array work loop
    continue when w.outcome <> 'applied' or not w.body ? 'line';
    line := w.body -> 'line' ->> 'id';
    case w.body -> 'line' ->> 'action'
      when 'claim' then update bank_lines set operation_id = w.operation where id = line;
      when 'settle' then update bank_lines set operation_id = w.operation, settled_at = now() where id = line;
      when 'free' then update bank_lines set operation_id = null where id = line and operation_id = w.operation;
      when 'reopen' then perform reopen_bank_line(project, line, (select o from operations o where o.id = w.operation));
    end case;
  end loop;
end $$;

create function write_holds(project text, work step_work[]) returns void language plpgsql as $$
begin
  insert into holds (operation_id, project_id, account_id, amount, state)
    select w.operation, project, w.body -> 'hold' ->> 'account', (w.body -> 'hold' ->> 'amount')::numeric, 'placed'
      from unnest(work) w where w.outcome = 'applied' and w.body -> 'hold' ->> 'action' = 'place' order by w.ord;
  update holds h set ended_at = now(),
      state = case w.body -> 'hold' ->> 'action' when 'capture' then 'captured' else 'released' end
    from unnest(work) w
    where h.operation_id = w.operation and h.state = 'placed' and w.outcome = 'applied'
      and w.body -> 'hold' ->> 'action' in ('capture', 'release');
end $$;

-- Postings with the running balance of strict accounts, and the balances. Those that are not strict are spread over shards.
create function write_book(project text, work step_work[], entries step_entry[], balances held_balance[], places jsonb, spread boolean)
returns void language plpgsql as $$
begin
  insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, balance_after)
    select project, work[e.ord].operation, work[e.ord].step, e.leg, e.type, e.account, coalesce(e.issuer, work[e.ord].issuer), e.posted,
        case when places ? e.account then balances[(places ->> e.account)::int].posted
          + sum(e.posted) over (partition by e.account order by e.ord, e.leg, e.side) end
      from unnest(entries) e where e.leg > 0 and work[e.ord].outcome = 'applied'
      order by e.ord, e.leg, e.side;
  update balances b set posted = b.posted + d.posted, held = b.held + d.held, version = b.version + 1
    from (select account, sum(posted) as posted, sum(held) as held from unnest(entries)
        where work[ord].outcome = 'applied' and places ? account group by account) d
    where b.account_id = d.account and b.shard = 0;
  if spread then
    insert into balances as b (account_id, shard, project_id, issuer_id, strict, posted)
      select account, 1 + pg_backend_pid() % 16, project, min(coalesce(issuer, work[ord].issuer)), false, sum(posted) from unnest(entries)
        where work[ord].outcome = 'applied' and not places ? account group by account order by account
      on conflict (account_id, shard) do update set posted = b.posted + excluded.posted, version = b.version + 1;
  end if;
end $$;

create function write_steps(project text, work step_work[]) returns void language plpgsql as $$
begin
  insert into steps (operation_id, step, project_id, outcome, refusal, from_state, to_state, actor_id)
    select w.operation, w.step, project, w.outcome, w.refusal, w.from_state, w.to_state, w.person
      from unnest(work) w where w.stored order by w.ord;
end $$;

-- Each step as a row of the audit chain, and each client that was frozen with one.
create function step_audit(work step_work[], source text) returns audit_entry[] language plpgsql as $$
begin
  return (
    select array_agg(row(coalesce(w.person, case when w.step = 'register' then w.asked_by end), source,
      'operation.' || split_part(w.step, ':', 1) || coalesce('.' || w.verb, ''), 'operation', w.operation,
      jsonb_build_object('state', w.from_state),
      jsonb_strip_nulls(jsonb_build_object('state', w.to_state, 'outcome', w.outcome, 'refusal', w.refusal,
        'kind', w.kind, 'amount', w.amount::text, 'issuer', w.issuer, 'ticket', w.ticket)))::audit_entry order by w.ord)
    from unnest(work) w where w.stored
  );
end $$;

-- `to` is where this step led, once; `state` is where the operation stands now.
create function step_answers(work step_work[]) returns jsonb language plpgsql as $$
begin
  return (
    select jsonb_agg(jsonb_build_object('operation', w.operation, 'step', w.step, 'outcome', w.outcome, 'refusal', w.refusal,
      'from', w.from_state, 'to', w.to_state, 'state', case when w.outcome = 'repeated' then w.now_state else w.to_state end,
      'decideInMs', case when case when w.outcome = 'repeated' then w.now_state else w.to_state end in ('awaiting_decision', 'limited')
        then greatest(0, ceil(extract(epoch from w.decide_by - now()) * 1000))::bigint end) order by w.ord)
    from unnest(work) w
  );
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

-- Of the accounts that have to be active, those whose owner is frozen; null where there are none. Mostly nobody is.
create function find_frozen(accounts text[]) returns jsonb language plpgsql as $$
begin
  if not exists (select 1 from organizations where frozen_at is not null) then return null; end if;
  return (select jsonb_agg(a.id) from unnest(accounts) a (id)
      cross join lateral (select organization_id from coins where id = a.id limit 1) c
      cross join lateral (select frozen_at from organizations where id = c.organization_id limit 1) o
    where o.frozen_at is not null);
end $$;

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
