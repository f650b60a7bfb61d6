-- Who may let an operation go on: the rules, what was proposed about them, every version they had, and who acts for
-- whom.

create table approval_rule_changes (
  id text primary key,
  project_id text not null references projects,
  -- No foreign key: a rule that is to be made is not there yet.
  rule_id text not null,
  action text not null check (action in ('create', 'change', 'remove')),
  -- The version that was seen: 0 where there was none. Approved only while it is still the current one.
  base_version int not null check (base_version >= 0),
  -- The columns of approval_rules that a proposal names, bigints as text. Null: the rule is removed.
  proposed jsonb,
  issuer_id text references issuers,
  reason text,
  state text not null default 'pending' check (state in ('pending', 'approved', 'rejected')),
  proposed_by text not null references people,
  proposed_at timestamptz not null default now(),
  decided_by text references people,
  decided_at timestamptz,
  decision_reason text,
  check ((proposed is null) = (action = 'remove')),
  check ((action = 'create') = (base_version = 0)),
  check ((state = 'pending') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint approval_rule_changes_four_eyes check (decided_by <> proposed_by)
);
comment on table approval_rule_changes is
  'A row is what somebody wants to be changed about a rule; it does nothing until another person approves it.';
create index approval_rule_changes_by_state on approval_rule_changes (project_id, state, proposed_at);
create index approval_rule_changes_of_rule on approval_rule_changes (rule_id);
select protect('approval_rule_changes');

create function keep_decided_change() returns trigger language plpgsql as $$
begin
  if old.state <> 'pending' or tg_op = 'DELETE' then
    raise exception 'the change % stays as it is', old.id using errcode = 'SL002';
  end if;
  return new;
end $$;
create trigger keep_decided before update or delete on approval_rule_changes
  for each row execute function keep_decided_change();

create table approval_rules (
  id text primary key,
  project_id text not null references projects,
  version int not null check (version > 0),
  -- False: removed. An operation that waits under it goes on with the version pinned to it.
  active boolean not null,
  kind text not null check (kind not in ('return', 'bank_line', 'platform_credit', 'platform_debit')),
  issuer_id text references issuers,
  from_amount numeric(38, 0) not null check (from_amount >= 0),
  to_amount numeric(38, 0) check (to_amount > from_amount),
  ordering text not null check (ordering in ('sequence', 'together')),
  stages jsonb not null check (jsonb_array_length(stages) > 0),
  expires_after_ms bigint check (expires_after_ms > 0),
  escalation jsonb,
  -- The approved change that made the rule what it is.
  change_id text not null references approval_rule_changes,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Amounts are minor units of the issuer, so without one there are none.
  check (issuer_id is not null or (from_amount = 0 and to_amount is null))
);
comment on table approval_rules is
  'A row is a rule, in its current version, about who must accept operations of one kind within a range of amounts.';
create index approval_rules_by_kind on approval_rules (project_id, kind) where active;
select protect('approval_rules');

create table approval_rule_versions (
  rule_id text not null references approval_rules,
  version int not null,
  project_id text not null references projects,
  active boolean not null,
  kind text not null,
  issuer_id text,
  from_amount numeric(38, 0) not null,
  to_amount numeric(38, 0),
  ordering text not null,
  stages jsonb not null,
  expires_after_ms bigint,
  escalation jsonb,
  change_id text not null unique references approval_rule_changes,
  created_at timestamptz not null default now(),
  primary key (rule_id, version)
);
comment on table approval_rule_versions is 'A row is an approval rule as it was in one of its versions.';
select protect('approval_rule_versions');
select append_only('approval_rule_versions');

-- The last guard: a rule changes by an approved change and by one version at a time, and no amount has two rules.
create function guard_approval_rule() returns trigger language plpgsql as $$
begin
  perform lock_approval_rules();
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (new.id, new.version, new.kind, new.issuer_id) is distinct from
      (old.id, old.version + 1, old.kind, old.issuer_id)) then
    raise exception 'the approval rule % changes by one version at a time', old.id using errcode = 'SL006';
  end if;
  if not exists (select from approval_rule_changes c where c.id = new.change_id and c.rule_id = new.id
      and c.state = 'approved' and c.base_version = new.version - 1) then
    raise exception 'the approval rule % has no approved change for this version', new.id using errcode = 'SL006';
  end if;
  if new.active and exists (select from approval_rules r where r.active and r.id <> new.id and r.kind = new.kind
      and r.issuer_id is not distinct from new.issuer_id
      and numrange(r.from_amount, r.to_amount) && numrange(new.from_amount, new.to_amount)) then
    raise exception 'the approval rule % overlaps another', new.id using errcode = 'SL006';
  end if;
  return new;
end $$;
create trigger guard before insert or update or delete on approval_rules
  for each row execute function guard_approval_rule();

create function keep_approval_rule_version() returns trigger language plpgsql as $$
begin
  insert into approval_rule_versions (rule_id, version, project_id, active, kind, issuer_id, from_amount, to_amount,
      ordering, stages, expires_after_ms, escalation, change_id)
    values (new.id, new.version, new.project_id, new.active, new.kind, new.issuer_id, new.from_amount, new.to_amount,
      new.ordering, new.stages, new.expires_after_ms, new.escalation, new.change_id);
  return null;
end $$;
create trigger keep_version after insert or update on approval_rules
  for each row execute function keep_approval_rule_version();

-- The role is the giver's own, as it is when it is used.
create table delegations (
  id text primary key,
  project_id text not null references projects,
  from_person text not null references people,
  to_person text not null references people,
  from_at timestamptz not null,
  until_at timestamptz not null,
  reason text,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  check (from_person <> to_person),
  check (until_at > from_at and until_at - from_at <= interval '90 days')
);
comment on table delegations is 'A row says that one person lets another act in their role for a time.';
create index delegations_to on delegations (project_id, to_person, until_at);
create index delegations_from on delegations (project_id, from_person, until_at);
select protect('delegations');
