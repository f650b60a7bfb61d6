-- The writing half of the ledger's step, and the one function that the engine calls.

create function write_operations(project text, work step_verdict[]) returns void language plpgsql as $$
declare
  w step_verdict;
  detail jsonb;
begin
  insert into steps (operation_id, step, project_id, outcome, refusal, from_state, to_state, actor_id)
    select v.operation, v.step, project, v.outcome, v.refusal, v.from_state, v.to_state, v.person
      from unnest(work) v where v.stored order by v.ord;
  -- Row by row, each by its key: a join would be planned by the size the tables had when they were empty.
  foreach w in array work loop
    continue when not w.stored or (w.outcome <> 'applied' and w.to_state = w.from_state);
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
        decide_by = w.decide_by,
        screened_at = case when w.outcome = 'applied' and w.body -> 'set' ? 'screened' then now() else o.screened_at end,
        updated_at = now()
      where o.id = w.operation;
  end loop;
end $$;

create function write_decisions(project text, work step_verdict[]) returns void language plpgsql as $$
declare
  w step_verdict;
begin
  foreach w in array work loop
    continue when w.ticket is null;
    update tickets t set outcome = w.outcome, refusal = w.refusal, used_at = now()
      where t.id = w.ticket and t.operation_id = w.operation and t.outcome is null;
    continue when w.outcome <> 'applied';
    insert into decisions (operation_id, person_id, verb, project_id, asked_by, role, on_behalf_of, ticket_id)
      values (w.operation, w.person, w.verb, project, (w.found).asked_by,
        (select m.role from members m where m.person_id = coalesce(w.body ->> 'onBehalfOf', w.person)), w.body ->> 'onBehalfOf', w.ticket);
  end loop;
end $$;

-- What is taken of limits and given back; the rows were locked before anything was judged.
create function write_limits(project text, work step_verdict[]) returns void language plpgsql as $$
declare
  w step_verdict;
  one jsonb;
  taken limit_reservations;
begin
  foreach w in array work loop
    continue when w.outcome <> 'applied';
    for one in select jsonb_array_elements(w.body -> 'limits') loop
      continue when one ->> 'period' = '';
      update limit_usage u set used = u.used + (one ->> 'add')::numeric
        where u.organization_id = (w.found).organization_id and u.limit_id = one ->> 'limit' and u.period = one ->> 'period';
      insert into limit_reservations (operation_id, limit_id, period, project_id, organization_id, amount)
        values (w.operation, one ->> 'limit', one ->> 'period', project, (w.found).organization_id, (one ->> 'add')::numeric);
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
    select o.organization_id as organization, l ->> 'limit' as one, l ->> 'period' as period
      from jsonb_array_elements(steps) s, jsonb_array_elements(s -> 'limits') l,
        lateral (select organization_id from operations where id = s ->> 'operation' limit 1) o
      where l ->> 'period' <> ''
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
create function write_lines(project text, work step_verdict[]) returns void language plpgsql as $$
declare
  w step_verdict;
  line text;
begin
  foreach w in array work loop
    continue when w.outcome <> 'applied' or not w.body ? 'line';
    line := w.body -> 'line' ->> 'id';
    case w.body -> 'line' ->> 'action'
      when 'claim' then update bank_lines set operation_id = w.operation where id = line;
      when 'settle' then update bank_lines set operation_id = w.operation, settled_at = now() where id = line;
      when 'free' then update bank_lines set operation_id = null where id = line and operation_id = w.operation;
      when 'reopen' then perform reopen_bank_line(project, line, w.found);
    end case;
  end loop;
end $$;

create function write_book(project text, work step_verdict[], deltas step_delta[]) returns void language plpgsql as $$
begin
  insert into holds (operation_id, project_id, account_id, amount, state)
    select w.operation, project, w.body -> 'hold' ->> 'account', (w.body -> 'hold' ->> 'amount')::numeric, 'placed'
      from unnest(work) w where w.outcome = 'applied' and w.body -> 'hold' ->> 'action' = 'place' order by w.ord;
  update holds h set ended_at = now(),
      state = case w.body -> 'hold' ->> 'action' when 'capture' then 'captured' else 'released' end
    from unnest(work) w
    where h.operation_id = w.operation and h.state = 'placed' and w.outcome = 'applied'
      and w.body -> 'hold' ->> 'action' in ('capture', 'release');
  insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, balance_after)
    select project, e.operation, e.step, e.leg, e.type, e.account, a.issuer_id, e.amount,
        case when a.strict then b.posted + sum(e.amount) over (partition by e.account order by e.ord, e.leg, e.side) end
      from (
        -- offset 0 keeps the account a plain column, which the policies let near an index.
        select w.ord, w.operation, w.step, l.leg::int, l.body ->> 'type' as type, s.side,
            case s.side when 1 then l.body ->> 'from' else l.body ->> 'to' end as account,
            case s.side when 1 then -(l.body ->> 'amount')::numeric else (l.body ->> 'amount')::numeric end as amount
          from unnest(work) w
            cross join lateral jsonb_array_elements(w.body -> 'legs') with ordinality l (body, leg)
            cross join (values (1), (2)) s (side)
          where w.outcome = 'applied' offset 0
      ) e
        join book_accounts a on a.id = e.account
        left join balances b on b.account_id = e.account and b.shard = 0 and a.strict
      order by e.ord, e.leg, e.side;
  update balances b set posted = b.posted + d.posted, held = b.held + d.held, version = b.version + 1
    from (select account, sum(posted) as posted, sum(held) as held from unnest(deltas)
        where strict and work[ord].outcome = 'applied' group by account) d
    where b.account_id = d.account and b.shard = 0;
  insert into balances as b (account_id, shard, project_id, posted)
    select account, 1 + pg_backend_pid() % 16, project, sum(posted) from unnest(deltas)
      where not strict and work[ord].outcome = 'applied' group by account order by account
    on conflict (account_id, shard) do update set posted = b.posted + excluded.posted, version = b.version + 1;
end $$;

create function write_events(project text, work step_verdict[], source text) returns void language plpgsql as $$
declare
  rows jsonb;
begin
  insert into outbox_events (project_id, type, operation_id, payload)
    select project, (w.found).kind || '.' || w.to_state, w.operation,
        jsonb_build_object('operation', w.operation, 'step', w.step, 'from', w.from_state, 'to', w.to_state, 'refusal', w.refusal)
      from unnest(work) w where w.stored and w.from_state <> w.to_state order by w.ord;
  select jsonb_agg(jsonb_build_object(
        'actor', coalesce(w.person, case when w.step = 'register' then (w.found).asked_by end), 'source', source,
        'action', 'operation.' || split_part(w.step, ':', 1) || coalesce('.' || w.verb, ''),
        'subjectType', 'operation', 'subjectId', w.operation,
        'before', jsonb_build_object('state', w.from_state),
        'after', jsonb_strip_nulls(jsonb_build_object('state', w.to_state, 'outcome', w.outcome, 'refusal', w.refusal,
          'kind', (w.found).kind, 'amount', (w.found).amount::text, 'issuer', (w.found).issuer_id, 'ticket', w.ticket))) order by w.ord)
    into rows from unnest(work) w where w.stored;
  if rows is not null then
    perform append_audit(project, rows);
  end if;
end $$;

-- `to` is where this step led, once; `state` is where the operation stands now.
create function step_answers(work step_verdict[]) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('operation', w.operation, 'step', w.step, 'outcome', w.outcome, 'refusal', w.refusal,
      'from', w.from_state, 'to', w.to_state, 'state', case when w.outcome = 'repeated' then (w.found).state else w.to_state end,
      'decideInMs', case when case when w.outcome = 'repeated' then (w.found).state else w.to_state end in ('awaiting_decision', 'limited')
        then greatest(0, ceil(extract(epoch from w.decide_by - now()) * 1000))::bigint end) order by w.ord)
    from unnest(work) w
$$;

-- The time to decide runs from when the decision begins to be awaited.
create function set_decide_by(project text, work step_verdict[]) returns step_verdict[] language plpgsql as $$
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

-- What each step would move on each account.
create function step_deltas(steps jsonb) returns step_delta[] language plpgsql as $$
begin
  return array(select row(m.ord, m.account, a.strict, m.posted, m.held)::step_delta from (
      select ord::int, account, sum(posted) as posted, sum(held) as held from (
        select s.ord, l ->> 'from' as account, -(l ->> 'amount')::numeric as posted, 0 as held
          from jsonb_array_elements(steps) with ordinality s (body, ord), jsonb_array_elements(s.body -> 'legs') l
        union all select s.ord, l ->> 'to', (l ->> 'amount')::numeric, 0
          from jsonb_array_elements(steps) with ordinality s (body, ord), jsonb_array_elements(s.body -> 'legs') l
        union all select s.ord, s.body -> 'hold' ->> 'account', 0,
            case s.body -> 'hold' ->> 'action' when 'place' then 1 else -1 end * (s.body -> 'hold' ->> 'amount')::numeric
          from jsonb_array_elements(steps) with ordinality s (body, ord) where s.body ? 'hold'
      ) movement group by ord, account
    ) m join book_accounts a on a.id = m.account);
end $$;

-- Every row it touches is named by its key, so it never wants a scan; statistics that lag behind a growing table would
-- talk the planner into one.
create function apply_steps(project text, steps jsonb, source text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  work step_verdict[];
  deltas step_delta[];
  one text;
  lines text[];
  originals text[];
  frozen record;
  freezes jsonb := '[]';
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s);
  actives text[] := array(select jsonb_array_elements_text(s -> 'active') from jsonb_array_elements(steps) s);
begin
  perform set_config('sluice.project', project, true);
  if jsonb_path_exists(steps, '$[*].create') then
    perform create_operations(project, steps);
  end if;
  originals := array(select o.original from unnest(ids) i cross join lateral
      (select coalesce(return_of, reversal_of) as original from operations where id = i limit 1) o where o.original is not null);
  lines := array(select s -> 'line' ->> 'id' from jsonb_array_elements(steps) s where s ? 'line' order by 1);
  if cardinality(originals) <> (select count(distinct o) from unnest(originals) o)
      or cardinality(lines) <> (select count(distinct l) from unnest(lines) l) then
    raise exception 'two steps of one batch hang on the same original or bank line' using errcode = 'SL011';
  end if;
  ids := array(select distinct id from unnest(ids || originals) named (id) order by id);
  foreach one in array ids loop
    perform 1 from operations o where o.id = one for update;
  end loop;
  foreach one in array lines loop
    perform 1 from bank_lines b where b.id = one for update;
  end loop;
  if jsonb_path_exists(steps, '$[*].limits') or jsonb_path_exists(steps, '$[*].releaseLimits') then
    perform lock_limits(project, steps);
  end if;
  if jsonb_path_exists(steps, '$[*].freeze') then
    perform 1 from organizations g where g.id = any(array(select o.organization_id from jsonb_array_elements(steps) s,
      lateral (select organization_id from operations where id = s ->> 'operation' limit 1) o where s ? 'freeze'))
      order by g.id for no key update;
  end if;
  deltas := step_deltas(steps);
  perform 1 from balances b where b.shard = 0 and (b.account_id = any(actives)
      or b.account_id = any(array(select account from unnest(deltas) where strict))) order by b.account_id for update;
  select array_agg(judge_step(s.ord::int, s.body) order by s.ord) into work
    from jsonb_array_elements(steps) with ordinality s (body, ord);
  -- What goes over a limit moves other things than it was to move.
  if jsonb_path_exists(steps, '$[*].overLimit') then
    deltas := step_deltas((select jsonb_agg(w.body order by w.ord) from unnest(work) w));
  end if;
  work := refuse_overdrafts(work, deltas);
  work := set_decide_by(project, work);
  perform write_operations(project, work);
  perform write_decisions(project, work);
  perform write_limits(project, work);
  perform write_lines(project, work);
  perform write_book(project, work, deltas);
  for frozen in select distinct (w.found).organization_id as id from unnest(work) w
      where w.outcome = 'applied' and w.body ? 'freeze' order by 1 loop
    if freeze_organization(project, frozen.id, 'AML') then
      freezes := freezes || jsonb_build_object('source', source, 'action', 'organization.freeze', 'subjectType', 'organization',
        'subjectId', frozen.id, 'after', jsonb_build_object('frozen', true, 'reason', 'AML'));
    end if;
  end loop;
  perform write_events(project, work, source);
  if jsonb_array_length(freezes) > 0 then
    perform append_audit(project, freezes);
  end if;
  return step_answers(work);
end $$;
