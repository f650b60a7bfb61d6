-- The ledger's step: judged first, written afterwards, a whole batch in one round trip.
--
-- A batch belongs to one project and holds an operation, an idempotency key, and a client whose limits it takes, at most once.
-- The same goes for a bank line, and for an original that is returned or corrected: steps are judged side by side and would not
-- see each other, so a batch with two of them is refused as a whole, and the caller applies its steps one by one.
-- Locks are taken in one order by everybody: new keys, operations, bank lines, limits, strict balances, each by id, and the audit
-- head last. After the judgement nothing can be refused; if the database still objects, the whole batch rolls back and the caller
-- applies its steps one by one.
--
-- A step: {operation, step, kind, expect[], to, refusedTo?, actor?, create?, ticket?, verb?, roles[]?, onBehalfOf?, given?, refuse?,
--          active[]?, bankAccount?, limits[{limit, period, add, max?}]?, overLimit{to, hold?, line?}?, releaseLimits?, freeze?,
--          line{action, id}?, legs[{type, from, to, amount}]?, hold{action, account, amount}?, decideInMs?, set{}?}

create type step_verdict as (
  ord int, operation text, step text, body jsonb, outcome text, refusal text, from_state text, to_state text,
  person text, ticket text, verb text, stored boolean, decide_by timestamptz, found operations
);
create type step_delta as (ord int, account text, strict boolean, posted numeric, held numeric);

-- A bank's line is taken once: with one that was there before, what would have brought it is not born.
-- Answers those that are new; again, too, where the commit was lost and the same steps are applied again.
create function create_bank_lines(project text, steps jsonb) returns text[] language plpgsql as $$
declare
  ids text[] := array(select s -> 'create' -> 'newLine' ->> 'id' from jsonb_array_elements(steps) s where s -> 'create' ? 'newLine');
begin
  insert into bank_lines (id, project_id, bank_id, reference, issuer_id, amount, booked_at, text, sender_name, sender_iban, brought_by)
    select l ->> 'id', project, c ->> 'bank', l ->> 'reference', c ->> 'issuer', (c ->> 'amount')::numeric,
        (l ->> 'bookedAt')::timestamptz, l ->> 'text', l ->> 'senderName', l ->> 'senderIban', s ->> 'operation'
      from jsonb_array_elements(steps) s, lateral (select s -> 'create' as c, s -> 'create' -> 'newLine' as l) created
      where l is not null order by c ->> 'bank', l ->> 'reference'
    on conflict do nothing;
  return array(select b.id from unnest(ids) i cross join lateral (select id from bank_lines where id = i limit 1) b);
end $$;

-- A transfer has no intent of its own: its row is born in its step. The key decides between two that are equal.
-- Keys are drawn out of the JSON first, here and below: behind row-level security only a plain column finds an index.
create function create_operations(project text, steps jsonb) returns void language plpgsql as $$
declare
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s where s ? 'create' order by 1);
  lines text[];
begin
  if jsonb_path_exists(steps, '$[*].create.newLine') then
    lines := create_bank_lines(project, steps);
  end if;
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id,
      organization_id, amount, sender_amount, recipient_amount, rules, bank_line_id, bank_id, asked_by, idempotency_key, body_hash)
    select s ->> 'operation', project, s ->> 'kind', false, 'received', c ->> 'coin', c ->> 'counterCoin', c ->> 'issuer',
        c ->> 'organization', (c ->> 'amount')::numeric, (c ->> 'senderAmount')::numeric, (c ->> 'recipientAmount')::numeric,
        c -> 'rules', c ->> 'bankLine', c ->> 'bank', c ->> 'askedBy', c ->> 'key', decode(c ->> 'bodyHash', 'hex')
      from jsonb_array_elements(steps) s, lateral (select s -> 'create' as c) created
      where s ? 'create' and (not c ? 'newLine' or c -> 'newLine' ->> 'id' = any(lines)) order by c ->> 'askedBy', c ->> 'key'
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

-- Whether somebody may act in another's role now (delegations: 0011).
create function is_delegated(principal text, person text) returns boolean language plpgsql as $$
begin
  return exists (select 1 from delegations d where d.from_person = principal and d.to_person = person
    and d.revoked_at is null and d.from_at <= now() and d.until_at > now());
end $$;

-- Why a decision may not count: who, with which ticket, in which role, and never the one who asked. Who acts for another
-- has that person's role, as long as the delegation stands.
create function decision_refusal(step jsonb, operation operations, ticket tickets) returns text language plpgsql as $$
declare
  roles text[] := array(select jsonb_array_elements_text(step -> 'roles'));
  principal text := step ->> 'onBehalfOf';
begin
  if ticket.id is null or ticket.operation_id <> operation.id then return 'ticket_unknown'; end if;
  if ticket.verb <> step ->> 'verb' then return 'ticket_for_another_decision'; end if;
  if ticket.valid_until < now() then return 'ticket_expired'; end if;
  if step ? 'refuse' then return step ->> 'refuse'; end if;
  if not exists (select 1 from members m where m.person_id = coalesce(principal, ticket.person_id) and m.active
      and m.role = any(roles)) then
    return 'decider_not_permitted';
  end if;
  if principal is not null and not (exists (select 1 from members m where m.person_id = ticket.person_id and m.active)
      and is_delegated(principal, ticket.person_id)) then
    return 'decider_not_permitted';
  end if;
  if ticket.person_id = operation.asked_by or principal = operation.asked_by then return 'decider_is_the_asker'; end if;
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
  if returned + operation.amount > original.recipient_amount then return 'return_exceeds_original'; end if;
  return null;
end $$;

-- A correction takes back what was booked, and never more of it than is left; those that wait count as well. All of it
-- together gives back the commission, to the minor unit.
create function reversal_refusal(operation operations) returns text language plpgsql as $$
declare
  original operations;
  reversed numeric;
  given_back numeric;
begin
  select * into original from operations where id = operation.reversal_of;
  if original.state <> 'processed' then return 'original_not_processed'; end if;
  select coalesce(sum(amount), 0) + operation.amount, coalesce(sum(commission_back), 0) + operation.commission_back
    into reversed, given_back from operations
    where reversal_of = original.id and id <> operation.id
      and state in ('limited', 'screening', 'review', 'awaiting_decision', 'processed');
  if reversed > original.recipient_amount then return 'reversal_exceeds_original'; end if;
  if given_back > original.commission or (reversed = original.recipient_amount and given_back < original.commission) then
    return 'reversal_outdated';
  end if;
  if exists (select 1 from coins where id = operation.counter_coin_id and closed_at is not null) then return 'coin_inactive'; end if;
  return null;
end $$;

-- A bank line is moved once: by the operation that claimed it.
create function line_refusal(operation operations, line jsonb) returns text language plpgsql as $$
declare
  found bank_lines;
begin
  if line is null or line ->> 'action' not in ('claim', 'settle') then return null; end if;
  select * into found from bank_lines b where b.id = line ->> 'id';
  if found.id is null or found.settled_at is not null
      or (found.operation_id is not null and found.operation_id <> operation.id) then
    return 'bank_line_taken';
  end if;
  return null;
end $$;

-- Whether the account may be paid out to, and still says what the request will be paid out with.
create function is_approved_destination(operation operations, account text) returns boolean language plpgsql as $$
begin
  return exists (select 1 from bank_accounts b join operation_parties p on p.operation_id = operation.id
    where b.id = account and b.status = 'APPROVED' and not b.pool and b.coin_id = operation.coin_id
      and (operation.bank_id is null or b.bank_id = operation.bank_id)
      and (p.iban is null or p.iban = b.iban) and (p.account_number is null or p.account_number = b.account_number));
end $$;

-- Whether the step would take more of a limit than there is.
create function is_over_limit(operation operations, limits jsonb) returns boolean language plpgsql as $$
declare
  one jsonb;
  taken numeric;
begin
  for one in select jsonb_array_elements(limits) loop
    continue when not one ? 'max';
    taken := 0;
    if one ->> 'period' <> '' then
      select u.used into taken from limit_usage u where u.organization_id = operation.organization_id
        and u.limit_id = one ->> 'limit' and u.period = one ->> 'period';
    end if;
    if coalesce(taken, 0) + (one ->> 'add')::numeric > (one ->> 'max')::numeric then return true; end if;
  end loop;
  return false;
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
  if step ? 'given' and (step ->> 'given')::int <> (select count(*) from decisions d
      where d.operation_id = operation.id and d.verb = 'accept') then
    verdict.outcome := 'stale';
    verdict.stored := false;
    return verdict;
  end if;
  verdict.refusal := case
    when verdict.verb is not null then decision_refusal(step, operation, ticket)
    when operation.return_of is not null and operation.state = 'received' then return_refusal(operation)
    when operation.reversal_of is not null and operation.state = 'received' then reversal_refusal(operation)
  end;
  verdict.refusal := coalesce(verdict.refusal, line_refusal(operation, step -> 'line'));
  actives := array(select jsonb_array_elements_text(step -> 'active'));
  if verdict.refusal is null and exists (select 1 from balances b
      where b.account_id = any(actives) and not b.active) then
    verdict.refusal := 'coin_inactive';
  end if;
  if verdict.refusal is null and exists (select 1 from coins c join organizations o on o.id = c.organization_id
      where c.id = any(actives) and o.frozen_at is not null) then
    verdict.refusal := 'client_frozen';
  end if;
  if verdict.refusal is null and step ? 'bankAccount' and not is_approved_destination(operation, step ->> 'bankAccount') then
    verdict.refusal := 'bank_account_not_approved';
  end if;
  if verdict.refusal is null and step ? 'limits' and is_over_limit(operation, step -> 'limits') then
    if step ? 'overLimit' then
      verdict.body := (step - 'legs' - 'hold' - 'line' - 'limits') || (step -> 'overLimit');
    else
      verdict.refusal := 'limit_exceeded';
      step := step - 'refusedTo';
    end if;
  end if;
  if verdict.refusal is null then
    verdict.outcome := 'applied';
    verdict.stored := true;
    verdict.to_state := verdict.body ->> 'to';
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
