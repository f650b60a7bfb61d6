-- The ledger's step: judged first, written afterwards, a whole batch in one round trip.
--
-- A batch belongs to one project and holds an operation, and an idempotency key, at most once. Locks are taken in one
-- order by everybody: new keys, operations, strict balances, each by id, and the audit head last. After the judgement nothing can be refused;
-- if the database still objects, the whole batch rolls back and the caller applies its steps one by one.
--
-- A step: {operation, step, kind, expect[], to, refusedTo?, actor?, create?, ticket?, verb?, roles[]?, active[]?,
--          legs[{type, from, to, amount}]?, hold{action, account, amount}?, set{}?}

create type step_verdict as (
  ord int, operation text, step text, body jsonb, outcome text, refusal text, from_state text, to_state text,
  person text, ticket text, verb text, stored boolean, decide_by timestamptz, found operations
);
create type step_delta as (ord int, account text, strict boolean, posted numeric, held numeric);

-- A transfer has no intent of its own: its row is born in its step. The key decides between two that are equal.
-- Keys are drawn out of the JSON first, here and below: behind row-level security only a plain column finds an index.
create function create_operations(project text, steps jsonb) returns void language plpgsql as $$
declare
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s where s ? 'create' order by 1);
begin
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id,
      organization_id, amount, asked_by, idempotency_key, body_hash)
    select s ->> 'operation', project, s ->> 'kind', false, 'received', c ->> 'coin', c ->> 'counterCoin', c ->> 'issuer',
        c ->> 'organization', (c ->> 'amount')::numeric, c ->> 'askedBy', c ->> 'key', decode(c ->> 'bodyHash', 'hex')
      from jsonb_array_elements(steps) s, lateral (select s -> 'create' as c) created
      where s ? 'create' order by c ->> 'askedBy', c ->> 'key'
    on conflict do nothing;
  insert into project_of (id, project_id)
    select o.id, project from unnest(ids) i cross join lateral (select id from operations where id = i limit 1) o order by o.id
    on conflict do nothing;
  insert into operation_parties (operation_id, project_id, description)
    select o.id, project, texts.description
      from (select s ->> 'operation' as id, s -> 'create' ->> 'description' as description
          from jsonb_array_elements(steps) s where s -> 'create' ->> 'description' is not null offset 0) texts
        cross join lateral (select id from operations where id = texts.id limit 1) o
    on conflict do nothing;
end $$;

-- Why a decision may not count: who, with which ticket, in which role, and never the one who asked.
create function decision_refusal(step jsonb, operation operations, ticket tickets) returns text language plpgsql as $$
declare
  roles text[] := array(select jsonb_array_elements_text(step -> 'roles'));
begin
  if ticket.id is null or ticket.operation_id <> operation.id then return 'ticket_unknown'; end if;
  if ticket.verb <> step ->> 'verb' then return 'ticket_for_another_decision'; end if;
  if ticket.valid_until < now() then return 'ticket_expired'; end if;
  if not exists (select 1 from members m where m.person_id = ticket.person_id and m.active
      and m.role = any(roles)) then
    return 'decider_not_permitted';
  end if;
  if ticket.person_id = operation.asked_by then return 'decider_is_the_asker'; end if;
  return null;
end $$;

-- A payout can come back only after it was settled, and never more of it than went out.
create function return_refusal(operation operations) returns text language plpgsql as $$
declare
  original operations;
  returned numeric;
begin
  select * into original from operations where id = operation.return_of;
  if original.state <> 'processed' then return 'original_not_processed'; end if;
  select coalesce(sum(amount), 0) into returned
    from operations where return_of = original.id and state = 'processed';
  if returned + operation.amount > original.amount then return 'return_exceeds_original'; end if;
  return null;
end $$;

create function judge_step(ord int, step jsonb) returns step_verdict language plpgsql as $$
declare
  verdict step_verdict;
  operation operations;
  prior steps;
  ticket tickets;
  actives text[];
begin
  verdict.ord := ord;
  verdict.operation := step ->> 'operation';
  verdict.step := step ->> 'step';
  verdict.body := step;
  verdict.person := step ->> 'actor';
  verdict.ticket := step ->> 'ticket';
  verdict.verb := step ->> 'verb';
  verdict.stored := false;
  select * into operation from operations o where o.id = verdict.operation;
  if operation.id is null then
    verdict.outcome := 'unknown';
    return verdict;
  end if;
  verdict.found := operation;
  verdict.from_state := operation.state;
  verdict.to_state := operation.state;
  verdict.decide_by := operation.decide_by;
  if operation.kind <> step ->> 'kind' then
    verdict.outcome := 'refused';
    verdict.refusal := 'operation_of_another_kind';
    return verdict;
  end if;
  select * into prior from steps p where p.operation_id = verdict.operation and p.step = verdict.step;
  if prior.step is not null then
    verdict.outcome := 'repeated';
    verdict.refusal := prior.refusal;
    verdict.from_state := prior.from_state;
    verdict.to_state := prior.to_state;
    return verdict;
  end if;
  if verdict.verb is not null then
    select * into ticket from tickets t where t.id = verdict.ticket;
    verdict.person := ticket.person_id;
    verdict.stored := ticket.id is not null and ticket.operation_id = operation.id;
    if verdict.stored and exists (select 1 from decisions d where d.operation_id = operation.id
        and d.person_id = ticket.person_id and d.verb = verdict.verb) then
      verdict.outcome := 'repeated';
      verdict.stored := false;
      return verdict;
    end if;
  end if;
  if not (step -> 'expect' ? operation.state) then
    verdict.outcome := 'late';
    return verdict;
  end if;
  verdict.refusal := case
    when verdict.verb is not null then decision_refusal(step, operation, ticket)
    when operation.return_of is not null then return_refusal(operation)
  end;
  actives := array(select jsonb_array_elements_text(step -> 'active'));
  if verdict.refusal is null and exists (select 1 from balances b
      where b.account_id = any(actives) and not b.active) then
    verdict.refusal := 'coin_inactive';
  end if;
  if verdict.refusal is null then
    verdict.outcome := 'applied';
    verdict.stored := true;
    verdict.to_state := step ->> 'to';
  else
    verdict.outcome := 'refused';
    if step ? 'refusedTo' and verdict.refusal <> 'original_not_processed' then
      verdict.stored := true;
      verdict.to_state := step ->> 'refusedTo';
    end if;
  end if;
  return verdict;
end $$;

-- In order of arrival, the first step that would take a strict account under its floor is refused; then the rest is
-- looked at again without it. The result is what one step after another would have given.
create function refuse_overdrafts(work step_verdict[], deltas step_delta[]) returns step_verdict[] language plpgsql as $$
declare
  first_bad int;
begin
  loop
    select r.ord into first_bad from (
        select d.ord, d.posted - d.held as change, b.floor,
            b.posted - b.held + sum(d.posted - d.held) over (partition by d.account order by d.ord) as available
          from unnest(deltas) d join balances b on b.account_id = d.account and b.shard = 0
          where d.strict and work[d.ord].outcome = 'applied'
      ) r where r.change < 0 and r.available < r.floor order by r.ord limit 1;
    exit when not found;
    work[first_bad].outcome := 'refused';
    work[first_bad].refusal := 'exceeds_available_balance';
    work[first_bad].to_state := coalesce(work[first_bad].body ->> 'refusedTo', work[first_bad].from_state);
    work[first_bad].stored := work[first_bad].body ? 'refusedTo' or work[first_bad].verb is not null;
  end loop;
  return work;
end $$;
