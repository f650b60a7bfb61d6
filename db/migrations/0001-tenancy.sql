-- Projects, the guard between them, and the audit log.
-- A function stands beside tables only if their definition needs it; the others are in db/functions
-- (docs/decisions/0018).

-- The project that this transaction works for. Row-level security asks it of every row.
create function current_project() returns text language plpgsql stable as $$
declare
  project text := current_setting('sluice.project', true);
begin
  if project is null or project = '' then
    raise exception 'no project is set for this transaction' using errcode = 'SL001';
  end if;
  return project;
end $$;

-- Shows and takes only rows of the current project. It is forced, so that the owner of the tables is bound as well.
-- The sub-select makes the planner ask once per query, not once per row. A table without it answers "whose is this?"
-- before a project is known.
create function protect(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy own_project on %s using (project_id = (select current_project()))'
    ' with check (project_id = (select current_project()))', target);
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end $$;

create function append_only(target regclass) returns void language plpgsql as $$
begin
  execute format(
    'create trigger append_only before update or delete on %s for each row execute function refuse_change()', target);
  execute format(
    'create trigger no_truncate before truncate on %s for each statement execute function refuse_change()', target);
end $$;

-- Keeps the rows that the book's tables name. The book looks at each before it writes, and they are never deleted, so
-- the book's tables need no foreign keys, which would cost more than all the rest of a step (docs/decisions/0016).
create function refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never deleted', tg_table_name using errcode = 'SL002';
end $$;

create function never_deleted(target regclass) returns void language plpgsql as $$
begin
  execute format(
    'create trigger never_deleted before delete on %s for each row execute function refuse_delete()', target);
  execute format(
    'create trigger never_truncated before truncate on %s for each statement execute function refuse_delete()', target);
end $$;

create table projects (
  id text primary key,
  key text not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  time_zone text not null default 'UTC',
  decision_expires_ms bigint not null default 604800000 check (decision_expires_ms > 0),
  created_at timestamptz not null default now(),
  -- What signing in demands of the project's members beside the password.
  clients_need_otp boolean not null default false,
  staff_need_otp boolean not null default false
);
comment on table projects is 'A row is a tenant: one company with its own clients, book and settings.';
select never_deleted('projects');

create table project_of (
  id text primary key,
  project_id text not null
);
comment on table project_of is
  'A row says which project an id belongs to, for workflows, tickets and calls of platforms, which bring only the id.';

create table audit_heads (
  project_id text primary key references projects,
  seq bigint not null default 0,
  hash bytea not null default '\x'
);
comment on table audit_heads is 'A row is the end of one project''s audit log: the number and hash of its last row.';
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
comment on table audit_rows is
  'A row is one act of a person or of the engine, chained by its hash to the row before it in the same project.';
create index audit_by_subject on audit_rows (project_id, subject_id, seq);
create index audit_by_actor on audit_rows (project_id, actor_id, seq);
select protect('audit_rows');
select append_only('audit_rows');
