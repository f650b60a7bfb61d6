-- Of the steps whose operation is born with them, those for which it was born before, by their place: `known` the same
-- operation, `taken` another one under the same key. A bank line that was there before takes its operation as well.
-- Keys are drawn out of the JSON first, here and below: behind row-level security only a plain column finds an index.
create function find_born(project text, steps jsonb, out known int[], out taken int[]) language plpgsql as $$
declare
  lines text[];
begin
  if jsonb_path_exists(steps, '$[*].create.newLine') then
    lines := create_bank_lines(project, steps);
  end if;
  select array_agg(c.ord) filter (where f.id = c.operation),
      array_agg(c.ord) filter (where f.id is distinct from c.operation and (f.id is not null or c.line <> all(lines)))
    into known, taken
    from (
      select s.ord::int, s.body ->> 'operation' as operation, s.body -> 'create' ->> 'askedBy' as asked_by,
          s.body -> 'create' ->> 'key' as key, s.body -> 'create' -> 'newLine' ->> 'id' as line
        from jsonb_array_elements(steps) with ordinality s (body, ord) where s.body ? 'create' offset 0
    ) c left join lateral (
      select o.id from operations o where c.key is null and o.id = c.operation
      union all
      select o.id from operations o where o.project_id = project and o.asked_by = c.asked_by and o.idempotency_key = c.key
      limit 1
    ) f on true;
end $$;

-- Whether somebody may act in another's role now.
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
  -- A variable: a condition with a coalesce in it finds no index behind row-level security.
  acts_as text := coalesce(principal, ticket.person_id);
begin
  if ticket.id is null or ticket.operation_id <> operation.id then return 'ticket_unknown'; end if;
  if ticket.verb <> step ->> 'verb' then return 'ticket_for_another_decision'; end if;
  if ticket.valid_until < now() then return 'ticket_expired'; end if;
  if step ? 'refuse' then return step ->> 'refuse'; end if;
  if not exists (select 1 from members m where m.person_id = acts_as and m.active
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
      and state in ('limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown', 'awaiting_reference', 'processed');
  if reversed > original.recipient_amount then return 'reversal_exceeds_original'; end if;
  -- On a platform a commission is not part of what is there, and stays.
  if operation.kind = 'reversal' and (given_back > original.commission
      or (reversed = original.recipient_amount and given_back < original.commission)) then
    return 'reversal_outdated';
  end if;
  if exists (select 1 from coins where id = operation.counter_coin_id and closed_at is not null) then return 'coin_inactive'; end if;
  return null;
end $$;

-- What a platform did by itself is booked at an asset that is inactive, but not at one that is closed: that stays empty. Who closes it has its
-- balance, as this step has, so neither overlooks the other.
create function closed_refusal(coin text) returns text language plpgsql as $$
begin
  return (select 'coin_inactive' from coins c where c.id = coin and c.closed_at is not null);
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

-- inactive, frozen: the accounts of the batch that are.
create function judge_step(step jsonb, place int, fresh boolean, inactive jsonb, frozen jsonb) returns step_work language plpgsql as $$
declare
  work step_work;
  operation operations;
  prior steps;
  ticket tickets;
begin
  work.ord := place;
  work.operation := step ->> 'operation';
  work.step := step ->> 'step';
  work.kind := step ->> 'kind';
  work.fresh := fresh;
  work.body := step;
  work.ticket := step ->> 'ticket';
  work.verb := step ->> 'verb';
  work.stored := false;
  if fresh then
    operation.id := work.operation;
    operation.kind := work.kind;
    operation.state := 'received';
    operation.organization_id := step -> 'create' ->> 'organization';
    operation.issuer_id := step -> 'create' ->> 'issuer';
    operation.asked_by := step -> 'create' ->> 'askedBy';
    operation.amount := step -> 'create' ->> 'amount';
  else
    select * into operation from operations o where o.id = work.operation;
    if operation.id is null then
      work.outcome := 'unknown';
      return work;
    end if;
  end if;
  work.from_state := operation.state;
  work.to_state := operation.state;
  work.now_state := operation.state;
  work.decide_by := operation.decide_by;
  work.organization := operation.organization_id;
  work.issuer := operation.issuer_id;
  work.asked_by := operation.asked_by;
  work.amount := operation.amount;
  if operation.kind <> work.kind then
    work.outcome := 'refused';
    work.refusal := 'operation_of_another_kind';
    return work;
  end if;
  if not fresh then
    select * into prior from steps p where p.operation_id = work.operation and p.step = work.step;
    if prior.step is not null then
      work.outcome := 'repeated';
      work.refusal := prior.refusal;
      work.from_state := prior.from_state;
      work.to_state := prior.to_state;
      return work;
    end if;
  end if;
  if work.verb is not null then
    select * into ticket from tickets t where t.id = work.ticket;
    work.person := ticket.person_id;
    work.stored := ticket.id is not null and ticket.operation_id = operation.id;
    if work.stored and exists (select 1 from decisions d where d.operation_id = operation.id
        and d.person_id = ticket.person_id and d.verb = work.verb) then
      work.outcome := 'repeated';
      work.stored := false;
      return work;
    end if;
  end if;
  if not (step -> 'expect' ? operation.state) then
    work.outcome := 'late';
    return work;
  end if;
  if step ? 'given' and (step ->> 'given')::int <> (select count(*) from decisions d
      where d.operation_id = operation.id and d.verb = 'accept') then
    work.outcome := 'stale';
    work.stored := false;
    return work;
  end if;
  if step ? 'whenDue' and operation.decide_by > now() then
    work.outcome := 'stale';
    return work;
  end if;
  work.refusal := case
    when work.verb is not null then decision_refusal(step, operation, ticket)
    when operation.return_of is not null and operation.state = 'received' then return_refusal(operation)
    when operation.reversal_of is not null and operation.state = 'received' then reversal_refusal(operation)
    when fresh and starts_with(work.kind, 'platform_') then closed_refusal(step -> 'create' ->> 'coin')
  end;
  if work.refusal is null and step ? 'line' then
    work.refusal := line_refusal(operation, step -> 'line');
  end if;
  if work.refusal is null and (inactive is not null or frozen is not null) then
    work.refusal := (select case when bool_or(inactive ? a) then 'coin_inactive' when bool_or(frozen ? a) then 'client_frozen' end
      from jsonb_array_elements_text(step -> 'active') a);
  end if;
  if work.refusal is null and step ? 'bankAccount' and not is_approved_destination(operation, step ->> 'bankAccount') then
    work.refusal := 'bank_account_not_approved';
  end if;
  if work.refusal in ('coin_inactive', 'client_frozen', 'bank_account_not_approved') and step ? 'otherwise' then
    work.body := (step - 'legs' - 'hold' - 'line' - 'set') || (step -> 'otherwise');
    work.refusal := null;
  end if;
  if work.refusal is null and step ? 'limits' and is_over_limit(operation, step -> 'limits') then
    if step ? 'overLimit' then
      work.body := (step - 'legs' - 'hold' - 'line' - 'limits') || (step -> 'overLimit');
    else
      work.refusal := 'limit_exceeded';
      step := step - 'refusedTo';
    end if;
  end if;
  if work.refusal is null then
    work.outcome := 'applied';
    work.stored := true;
    work.to_state := work.body ->> 'to';
  else
    work.outcome := 'refused';
    if step ? 'refusedTo' and work.refusal <> 'original_not_processed' then
      work.stored := true;
      work.to_state := step ->> 'refusedTo';
    end if;
  end if;
  return work;
end $$;

-- In the order of arrival. `born`: the places of those whose operation was born before.
create function judge_steps(steps jsonb, born int[], inactive jsonb, frozen jsonb) returns step_work[] language plpgsql as $$
begin
  return array(select judge_step(s.body, s.place::int, s.body ? 'create' and (s.place = any(born)) is not true, inactive, frozen)
    from jsonb_array_elements(steps) with ordinality s (body, place));
end $$;

-- What each step would move on each account. In the order of arrival, and of legs.
create function step_entries(steps jsonb) returns step_entry[] language plpgsql as $$
begin
  return (
    select array_agg(e order by (e).ord, (e).leg, (e).side) from (
    select row(s.ord, l.leg, side.no, l.body ->> 'type', l.body ->> side.name, side.sign * (l.body ->> 'amount')::numeric, 0,
        l.body ->> 'issuer')::step_entry as e
      from jsonb_array_elements(steps) with ordinality s (body, ord)
        cross join lateral jsonb_array_elements(s.body -> 'legs') with ordinality l (body, leg)
        cross join (values (1, 'from', -1), (2, 'to', 1)) side (no, name, sign)
    union all
    select row(s.ord, 0, 0, null, s.body -> 'hold' ->> 'account', 0,
        case s.body -> 'hold' ->> 'action' when 'place' then 1 else -1 end * (s.body -> 'hold' ->> 'amount')::numeric, null)::step_entry
      from jsonb_array_elements(steps) with ordinality s (body, ord) where s.body ? 'hold'
  ) found
  );
end $$;

-- What has to be known of all entries together. risky: were all to leave that leaves, and nothing to come in, some account would
-- fall under its floor; else no order of arrival can. spread: an account is touched that is not strict. stray: one that is not of its
-- operation's issuer, which a client's account says and a system account is named by: money never leaves its issuer.
create function survey(entries step_entry[], work step_work[], balances held_balance[], places jsonb,
  out risky boolean, out spread boolean, out stray text) language plpgsql as $$
begin
  select bool_or(balances[e.place].posted - balances[e.place].held + e.leaving < balances[e.place].floor), bool_or(e.place is null),
      min(e.account) filter (where case when e.place is null then not starts_with(e.account, e.issuer || ':')
        else e.issuer <> balances[e.place].issuer end or e.issuer <> e.other_issuer)
    into risky, spread, stray from (
      select account, (places ->> account)::int as place, sum(least(posted, 0) - greatest(held, 0)) as leaving,
          min(coalesce(issuer, work[ord].issuer)) as issuer, max(coalesce(issuer, work[ord].issuer)) as other_issuer
        from unnest(entries) where work[ord].outcome = 'applied' group by account
    ) e;
end $$;

-- In order of arrival, a step that would take a strict account under its floor is refused, and moves nothing; what comes
-- after it is looked at without it. The result is what one step after another would have given.
create function refuse_overdrafts(work step_work[], entries step_entry[], balances held_balance[], places jsonb)
returns step_work[] language plpgsql as $$
declare
  available numeric[] := array(select b.posted - b.held from unnest(balances) b);
  floors numeric[] := array(select b.floor from unnest(balances) b);
  step record;
  change record;
begin
  -- Of one step the account's whole change counts: what a hold frees may leave with the same step.
  for step in
    select ord, jsonb_object_agg(account, moved) as changes from (
        select e.ord, e.account, sum(e.posted - e.held) as moved from unnest(entries) e where places ? e.account group by e.ord, e.account
      ) c group by ord order by ord
  loop
    continue when work[step.ord].outcome <> 'applied';
    if exists (select 1 from jsonb_each_text(step.changes) c
        where c.value::numeric < 0 and available[(places ->> c.key)::int] + c.value::numeric < floors[(places ->> c.key)::int]) then
      work[step.ord].outcome := 'refused';
      work[step.ord].refusal := 'exceeds_available_balance';
      work[step.ord].to_state := coalesce(work[step.ord].body ->> 'refusedTo', work[step.ord].from_state);
      work[step.ord].stored := work[step.ord].body ? 'refusedTo' or work[step.ord].verb is not null;
      continue;
    end if;
    for change in select (places ->> c.key)::int as place, c.value::numeric as amount from jsonb_each_text(step.changes) c loop
      available[change.place] := available[change.place] + change.amount;
    end loop;
  end loop;
  return work;
end $$;
