-- Projects, people and how they prove who they are, and the audit chain.
-- Tables without a project_id policy stand outside row-level security: they answer "whose is this?" before a project is known.

create function current_project() returns text language plpgsql stable as $$
declare
  project text := current_setting('sluice.project', true);
begin
  if project is null or project = '' then
    raise exception 'no project is set for this transaction' using errcode = 'SL001';
  end if;
  return project;
end $$;

-- Forced, so that the owner is bound as well. The sub-select makes the planner ask once per query, not once per row.
create function protect(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy own_project on %s using (project_id = (select current_project())) with check (project_id = (select current_project()))',
    target);
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end $$;

create function append_only(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger append_only before update or delete on %s for each row execute function refuse_change()', target);
  execute format('create trigger no_truncate before truncate on %s for each statement execute function refuse_change()', target);
end $$;

-- Rows that the book's own tables name: as they are never deleted, and the book looks at each before it writes, those tables
-- need no foreign keys, which would cost more than all the rest of a step.
create function refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never deleted', tg_table_name using errcode = 'SL002';
end $$;

create function never_deleted(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger never_deleted before delete on %s for each row execute function refuse_delete()', target);
  execute format('create trigger never_truncated before truncate on %s for each statement execute function refuse_delete()', target);
end $$;

create table projects (
  id text primary key,
  key text not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  time_zone text not null default 'UTC',
  decision_expires_ms bigint not null default 604800000 check (decision_expires_ms > 0),
  created_at timestamptz not null default now()
);
select never_deleted('projects');

-- One row per human being. The login is an e-mail address or a phone number, in one canonical spelling.
create table people (
  id text primary key,
  login text not null unique check (login = lower(login)),
  password_hash text,
  created_at timestamptz not null default now()
);
select never_deleted('people');

-- Wrong passwords per login, whether anybody has that login or not: a lock must not tell. Hashed, because people type passwords here.
create table login_attempts (
  login_hash bytea primary key,
  failed int not null check (failed > 0),
  failed_at timestamptz not null
);
create index login_attempts_by_age on login_attempts (failed_at);

create table person_projects (
  person_id text not null references people,
  project_id text not null references projects,
  is_default boolean not null default false,
  primary key (person_id, project_id)
);
create unique index one_default_project on person_projects (person_id) where is_default;

create table tokens (
  token_hash bytea primary key,
  person_id text not null references people,
  project_id text not null references projects,
  member_id text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index tokens_of_person on tokens (person_id);

-- A code sent to a login, to prove that it is theirs. One at a time: a new one replaces the old, a used one goes. Logins
-- that have an account get a row as well, with a code that is never sent, so that the limits do not tell them from others.
create table one_time_codes (
  login text primary key,
  project_id text not null references projects,
  code_hash text not null,
  tries_left int not null check (tries_left >= 0),
  sends int not null default 1,
  window_started_at timestamptz not null,
  expires_at timestamptz not null,
  -- What a registration asked for; null where there is nothing to create.
  payload jsonb
);

-- Which project an id belongs to, for those who hold only the id: workflows, tickets, platforms' calls.
create table project_of (
  id text primary key,
  project_id text not null
);

-- Workflows that were started for nothing we know.
create table stray_workflows (
  id bigint generated always as identity primary key,
  workflow_id text not null,
  run_id text not null,
  what text not null,
  at timestamptz not null default now(),
  unique (workflow_id, run_id, what)
);

create table organizations (
  id text primary key,
  project_id text not null references projects,
  type text not null check (type in ('system', 'individual', 'merchant', 'cash_desk', 'support')),
  name text not null,
  identification_status text not null default 'none'
    check (identification_status in ('none', 'pending', 'approved', 'declined', 'review_required', 'not_available')),
  legal_type text check (legal_type in ('individual', 'corporation')),
  referral_link text,
  created_at timestamptz not null default now()
);
create index organizations_by_type on organizations (project_id, type, created_at);
select protect('organizations');
select never_deleted('organizations');

create table members (
  id text primary key,
  project_id text not null references projects,
  person_id text not null references people,
  organization_id text not null references organizations,
  role text not null,
  name text,
  email text,
  phone text,
  email_verified boolean not null default false,
  phone_verified boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, person_id)
);
create index members_by_age on members (project_id, created_at);
create index members_of_organization on members (organization_id);
select protect('members');

-- Messages that went out, or would have: the sandbox's outbox reads them.
create table messages (
  id bigint generated always as identity primary key,
  project_id text not null references projects,
  recipient text not null,
  channel text not null check (channel in ('email', 'sms')),
  subject text not null,
  text text not null,
  code text,
  created_at timestamptz not null default now()
);
create index messages_to on messages (project_id, recipient, id desc);
select protect('messages');

create table audit_heads (
  project_id text primary key references projects,
  seq bigint not null default 0,
  hash bytea not null default '\x'
);
select protect('audit_heads');

create table audit_rows (
  project_id text not null,
  seq bigint not null,
  at timestamptz not null,
  actor_id text,
  source text not null,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (project_id, seq)
);
create index audit_by_subject on audit_rows (project_id, subject_id, seq);
create index audit_by_actor on audit_rows (project_id, actor_id, seq);
select protect('audit_rows');
select append_only('audit_rows');

-- What a row's hash covers, after the hash of the row before it.
create function audit_text(entry audit_rows) returns text language plpgsql immutable as $$
begin
  return jsonb_build_array(entry.project_id, entry.seq, extract(epoch from entry.at)::numeric(20, 6)::text, entry.actor_id, entry.source,
    entry.action, entry.subject_type, entry.subject_id, entry.before, entry.after)::text;
end $$;

create function audit_hash(entry audit_rows) returns bytea language sql immutable as $$
  select sha256(entry.previous_hash || convert_to(audit_text(entry), 'UTF8'))
$$;

create type audit_entry as (actor text, source text, action text, subject_type text, subject_id text, before jsonb, after jsonb);

-- Appends rows, or none, to the project's chain. The head is the last lock any transaction takes, so call this last.
create function append_entries(project text, entries audit_entry[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_heads;
  at timestamptz;
  e audit_entry;
  fresh audit_rows;
  rows audit_rows[];
begin
  perform set_config('sluice.project', project, true);
  select * into head from audit_heads where project_id = project for update;
  if not found then
    insert into audit_heads (project_id) values (project) on conflict do nothing;
    select * into head from audit_heads where project_id = project for update;
  end if;
  -- Under the lock, so that time never runs backwards along the chain.
  at := clock_timestamp();
  foreach e in array entries loop
    head.seq := head.seq + 1;
    fresh := row(project, head.seq, at, e.actor, e.source, e.action, e.subject_type, e.subject_id,
      nullif(e.before, 'null'::jsonb), nullif(e.after, 'null'::jsonb), head.hash, '\x'::bytea)::audit_rows;
    head.hash := sha256(head.hash || convert_to(audit_text(fresh), 'UTF8'));
    fresh.hash := head.hash;
    rows := rows || fresh;
  end loop;
  insert into audit_rows select * from unnest(rows);
  update audit_heads set seq = head.seq, hash = head.hash where project_id = project;
end $$;

-- rows: [{actor, source, action, subjectType, subjectId, before, after}]
create function append_audit(project text, rows jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform append_entries(project, array(
    select row(e ->> 'actor', e ->> 'source', e ->> 'action', e ->> 'subjectType', e ->> 'subjectId', e -> 'before', e -> 'after')::audit_entry
      from jsonb_array_elements(rows) with ordinality r (e, ord) order by ord));
end $$;
