-- The writing half of the ledger's step.

create function demand_named(names operation_names[]) returns void language plpgsql as $$
begin
  -- Scalar look-ups, each by its key: an `exists` under `or` would read the whole table for one name.
  if exists (select 1 from unnest(names) n
      where (n.coin is not null and (select c.issuer_id from coins c where c.id = n.coin
            and (c.platform_id is not null) = starts_with(n.kind, 'platform_')) is distinct from n.issuer)
        or (n.counter_coin is not null and (select case n.kind when 'platform_trade' then n.issuer else c.issuer_id end from coins c
            where c.id = n.counter_coin and (c.platform_id is not null) = starts_with(n.kind, 'platform_')) is distinct from n.issuer)
        or (select i.id from issuers i where i.id = n.issuer) is null
        or (select o.id from organizations o where o.id = n.organization) is null
        or (n.asked_by is not null and (select p.id from people p where p.id = n.asked_by) is null)) then
    raise exception 'an operation names a coin, issuer, client or person that is not there' using errcode = 'foreign_key_violation';
  end if;
end $$;

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
