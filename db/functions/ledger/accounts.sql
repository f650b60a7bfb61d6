-- account: {id, issuer, type, usage, technical, strict, floor}
create function open_book_account(project text, account jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  insert into book_accounts (id, project_id, issuer_id, type, usage, technical, strict)
    values (account ->> 'id', project, account ->> 'issuer', account ->> 'type', account ->> 'usage',
      (account ->> 'technical')::boolean, (account ->> 'strict')::boolean);
  insert into balances (account_id, shard, project_id, issuer_id, strict, floor)
    values (account ->> 'id', 0, project, account ->> 'issuer', (account ->> 'strict')::boolean, (account ->> 'floor')::numeric);
end $$;

-- Whether an amount is held on it, or an operation is open that may still move its money.
create function account_in_use(account text) returns boolean language plpgsql as $$
declare
  unfinished text[] := array['received', 'limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown',
    'awaiting_reference'];
begin
  return exists (select 1 from balances where account_id = account and held <> 0)
    or exists (select 1 from operations where coin_id = account and state = any(unfinished))
    or exists (select 1 from operations where counter_coin_id = account and state = any(unfinished));
end $$;

-- Closes a coin's account for good if it is empty, and answers whether it did. It waits for the step that holds the
-- balance, and looks only then; the step that waits for this one finds the account inactive.
create function close_account(project text, account text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  perform 1 from balances where account_id = account for update;
  if account_in_use(account) or exists (select 1 from balances where account_id = account and posted <> 0) then
    return false;
  end if;
  update coins set closed_at = now() where id = account and closed_at is null;
  if not found then
    return false;
  end if;
  update balances set active = false where account_id = account;
  return true;
end $$;

-- The coin's own switch. Nothing moves on it unless its account is on as well. The account comes first: it cannot be
-- switched meanwhile, and whoever switches it sees the coin as it was or as it becomes. Then the balance's lock, so that no
-- step sees the coin half-way.
create function set_account_active(project text, account text, wanted boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  container boolean;
begin
  perform set_config('sluice.project', project, true);
  select a.active into container from accounts a where a.id = (select c.account_id from coins c where c.id = account) for share of a;
  if wanted and exists (select 1 from coins where id = account and closed_at is not null) then
    raise exception 'coin % is closed', account using errcode = 'SL004';
  end if;
  update coins set switched_on = wanted where id = account;
  update balances set active = wanted and container where account_id = account;
end $$;

-- The switch of all that is in an account: what is on in it moves, or stands still. It waits for the steps that are under way,
-- locking balances in the order that steps do; those that come later find it as it becomes.
create function switch_account(project text, container text, wanted boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  update accounts set active = wanted, updated_at = now() where id = container;
  perform 1 from balances b where b.account_id = any(array(select c.id from coins c where c.account_id = container))
    order by b.account_id, b.shard for update;
  -- Only now is it certain which of them are closed.
  update balances b set active = wanted and c.switched_on from coins c
    where c.id = b.account_id and c.account_id = container and c.closed_at is null;
end $$;
