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
    insert into decisions (operation_id, person_id, verb, project_id, asked_by, ticket_id)
      values (w.operation, w.person, w.verb, project, (w.found).asked_by, w.ticket);
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
      'decideInMs', greatest(0, ceil(extract(epoch from w.decide_by - now()) * 1000))::bigint) order by w.ord)
    from unnest(work) w
$$;

-- The time to decide runs from when the decision begins to be awaited.
create function set_decide_by(project text, work step_verdict[]) returns step_verdict[] language plpgsql as $$
declare
  expires_ms bigint := (select decision_expires_ms from projects where projects.id = project);
begin
  for i in 1 .. coalesce(array_length(work, 1), 0) loop
    if work[i].outcome = 'applied' and work[i].to_state = 'awaiting_decision' and work[i].decide_by is null then
      work[i].decide_by := now() + expires_ms * interval '1 millisecond';
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
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s);
  actives text[] := array(select jsonb_array_elements_text(s -> 'active') from jsonb_array_elements(steps) s);
begin
  perform set_config('sluice.project', project, true);
  if jsonb_path_exists(steps, '$[*].create') then
    perform create_operations(project, steps);
  end if;
  ids := array(select distinct id from (
      select unnest(ids) as id
      union all select o.return_of from unnest(ids) i cross join lateral (select return_of from operations where id = i limit 1) o
    ) named where id is not null order by id);
  foreach one in array ids loop
    perform 1 from operations o where o.id = one for update;
  end loop;
  deltas := step_deltas(steps);
  perform 1 from balances b where b.shard = 0 and (b.account_id = any(actives)
      or b.account_id = any(array(select account from unnest(deltas) where strict))) order by b.account_id for update;
  select array_agg(judge_step(s.ord::int, s.body) order by s.ord) into work
    from jsonb_array_elements(steps) with ordinality s (body, ord);
  work := refuse_overdrafts(work, deltas);
  work := set_decide_by(project, work);
  perform write_operations(project, work);
  perform write_decisions(project, work);
  perform write_book(project, work, deltas);
  perform write_events(project, work, source);
  return step_answers(work);
end $$;
