-- What staff hold against a client, write down about them, and let them use: freezes, notes, pool bank accounts.

-- A freeze is a client's, with all their coins: steps refuse to move what is theirs while frozen_at is set. frozen_by is
-- null where screening froze. unfrozen_by is who lifted the last freeze.
alter table organizations
  add column frozen_at timestamptz,
  add column frozen_reason text check (frozen_reason in ('AML', 'FRAUD', 'OTHER')),
  add column frozen_description text,
  add column frozen_by text references people,
  add column unfrozen_by text references people,
  add constraint only_clients_are_frozen check (frozen_at is null or type in ('individual', 'merchant')),
  add constraint frozen_for_a_reason check ((frozen_at is null) = (frozen_reason is null));
create index organizations_frozen on organizations (project_id, frozen_at) where frozen_at is not null;

-- Whoever froze does not lift it, nor passes the freeze on to do so. The freeze forgets them when it ends, so a check of
-- one row cannot say it.
create function unfreezing_takes_another() returns trigger language plpgsql as $$
begin
  if new.frozen_at is null and (new.unfrozen_by is null or new.unfrozen_by = old.frozen_by) then
    raise exception 'who froze organization % may not lift it', old.id using errcode = 'SL005';
  end if;
  if new.frozen_at is not null and new.frozen_by is distinct from old.frozen_by then
    raise exception 'the freeze of organization % keeps its author', old.id using errcode = 'SL005';
  end if;
  return new;
end $$;
create trigger unfreezing_takes_another before update on organizations for each row
  when (old.frozen_at is not null) execute function unfreezing_takes_another();

-- Waits for the steps that are under way with a client's coins: they were judged before it was frozen. Those that come later wait for
-- whoever calls this, and are judged after it.
create function await_steps_of(project text, organization text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  perform 1 from balances b where b.shard = 0 and b.account_id = any(array(select id from coins where organization_id = organization))
    order by b.account_id for update;
end $$;

-- On a hit of the screening: by nobody. What a person froze stays theirs and becomes a matter of AML. Answers whether
-- this changed anything, which the caller audits. It locks the organization's row, which those who open and close coins
-- hold before they lock a balance.
create function freeze_organization(project text, organization text, reason text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  update organizations set frozen_at = coalesce(frozen_at, now()), frozen_reason = reason, unfrozen_by = null
    where id = organization and type in ('individual', 'merchant')
      and (frozen_at is null or (reason = 'AML' and frozen_reason <> 'AML'));
  return found;
end $$;

-- About a user or an operation, for staff only. Never changed: who was mistaken writes another one.
create table notes (
  id text primary key,
  project_id text not null references projects,
  user_id text references people,
  operation_id text references operations,
  note text not null check (length(note) between 1 and 4000),
  made_by text not null references people,
  created_at timestamptz not null default now(),
  constraint about_one_thing check (num_nonnulls(user_id, operation_id) = 1)
);
create index notes_on_user on notes (project_id, user_id, created_at, id) where user_id is not null;
create index notes_on_operation on notes (project_id, operation_id, created_at, id) where operation_id is not null;
select protect('notes');
select append_only('notes');

-- A pool account is the company's own: clients without one of theirs pay in to it, and nothing is ever paid out to it.
-- Whoever links an account, staff too, needs another person to approve it.
alter table bank_accounts
  add column pool boolean not null default false,
  add constraint pool_is_no_default check (not (pool and is_default)),
  add constraint decided_by_somebody check ((status = 'PENDING') = (decided_by is null)),
  add constraint iban_is_canonical check (iban ~ '^[A-Z0-9]+$');

-- Why staff have switched a coin off, and who; gone when they switch it on, which the audit trail remembers.
alter table coins
  add column blocked_at timestamptz,
  add column blocked_by text references people,
  add column blocked_reason text,
  add column blocked_description text,
  add constraint blocked_by_somebody check (blocked = (blocked_at is not null) and blocked = (blocked_by is not null));
