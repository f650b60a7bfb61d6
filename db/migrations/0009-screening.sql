-- Checks against money laundering: which operations are checked, what the embedded provider looks for, and what was
-- answered.

create table screening_policies (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['top_up', 'withdrawal', 'transfer',
    'platform_deposit', 'platform_withdrawal', 'platform_trade']),
  issuer_id text references issuers,
  from_amount numeric(38, 0) check (from_amount > 0),
  provider text not null,
  max_age_ms bigint not null check (max_age_ms > 0),
  -- How long a provider without a usable answer is asked again before a person has to look.
  patience_ms bigint not null default 120000 check (patience_ms > 0),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- An amount is minor units of the issuer.
  check (from_amount is null or issuer_id is not null),
  unique (project_id, name)
);
comment on table screening_policies is
  'A row says which operations are checked, by which provider, and how old a check may be.';
select protect('screening_policies');

create table screening_lists (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  description text,
  on_match text not null check (on_match in ('hit', 'review')),
  -- A score is a similarity from 0 to 100. From match_from on it is a match and means what on_match says; from
  -- near_from on it is near, and a person looks.
  match_from int not null check (match_from between 1 and 100),
  near_from int not null check (near_from between 1 and 100),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (near_from <= match_from),
  unique (project_id, name)
);
comment on table screening_lists is 'A row is a list of names that the embedded provider looks for.';
select protect('screening_lists');

create table screening_entries (
  id text primary key,
  project_id text not null references projects,
  list_id text not null references screening_lists,
  name text not null,
  aliases text[] not null default '{}',
  kind text not null check (kind in ('person', 'organization')),
  country text check (country ~ '^[A-Z]{2}$'),
  created_at timestamptz not null default now()
);
comment on table screening_entries is 'A row is a person or an organization on a screening list.';
create index screening_entries_of_list on screening_entries (project_id, list_id, id);
select protect('screening_entries');

create table screening_rules (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  type text not null check (type in ('amount', 'velocity_count', 'velocity_sum', 'country')),
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['top_up', 'withdrawal', 'transfer',
    'platform_deposit', 'platform_withdrawal', 'platform_trade']),
  verdict text not null check (verdict in ('hit', 'review')),
  issuer_id text references issuers,
  from_amount numeric(38, 0) check (from_amount > 0),
  from_count int check (from_count > 0),
  window_hours int check (window_hours between 1 and 8784),
  countries text[],
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, name),
  check ((type in ('amount', 'velocity_sum')) = (from_amount is not null)),
  check (from_amount is null or issuer_id is not null),
  check ((type = 'velocity_count') = (from_count is not null)),
  check ((type in ('velocity_count', 'velocity_sum')) = (window_hours is not null)),
  check ((type = 'country') = (countries is not null)),
  check (countries is null or cardinality(countries) > 0)
);
comment on table screening_rules is
  'A row is an amount, a frequency or a country that makes the embedded provider answer hit or review.';
select protect('screening_rules');

create table screening_versions (
  project_id text primary key references projects,
  version bigint not null
);
comment on table screening_versions is
  'A row counts the changes of a project''s lists, entries and rules, and tells those who keep them in memory of each.';
select protect('screening_versions');

create function move_screening_version() returns trigger language plpgsql as $$
begin
  insert into screening_versions (project_id, version) values (current_project(), 1)
    on conflict (project_id) do update set version = screening_versions.version + 1;
  return null;
end $$;
create trigger move_version after insert or update or delete on screening_lists
  for each statement execute function move_screening_version();
create trigger move_version after insert or update or delete on screening_entries
  for each statement execute function move_screening_version();
create trigger move_version after insert or update or delete on screening_rules
  for each statement execute function move_screening_version();

create table screenings (
  operation_id text not null references operations,
  n int not null check (n > 0),
  project_id text not null references projects,
  provider text not null,
  verdict text check (verdict in ('clear', 'hit', 'review')),
  -- They name rules, lists and entries, never people.
  reasons text[] not null default '{}',
  started_at timestamptz not null default now(),
  answered_at timestamptz,
  primary key (operation_id, n),
  check ((verdict is null) = (answered_at is null))
);
comment on table screenings is 'A row is the check aml/{operation}/{n}: begun, and answered once.';
create index screenings_newest on screenings (project_id, started_at desc, operation_id, n);
select protect('screenings');

-- An answer stands, whatever is asked again.
create function keep_screening_answer() returns trigger language plpgsql as $$
begin
  if old.answered_at is not null then
    raise exception 'the check %/% was answered', old.operation_id, old.n using errcode = 'SL002';
  end if;
  return new;
end $$;
create trigger answered_once before update or delete on screenings
  for each row execute function keep_screening_answer();
