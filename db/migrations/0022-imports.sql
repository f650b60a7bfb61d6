-- Files of many accounts or assets that people send in, and what became of each.

create table imports (
  id text primary key,
  project_id text not null references projects,
  asked_by text not null references people,
  kind text not null check (kind in ('accounts', 'assets')),
  format text not null check (format in ('csv', 'jsonl')),
  mode text not null check (mode in ('all_or_nothing', 'good_rows_only')),
  state text not null default 'awaiting_file'
    check (state in ('awaiting_file', 'waiting', 'validating', 'applying', 'complete', 'refused', 'cancelled', 'same_as_earlier')),
  -- Which try to send the file counts: pages of others are rubbish.
  upload text,
  sha256 text,
  same_as text references imports,
  row_count bigint not null default 0,
  page_count int not null default 0,
  validated bigint not null default 0,
  bad bigint not null default 0,
  applied bigint not null default 0,
  unchanged bigint not null default 0,
  faults_kept int not null default 0,
  -- The first page that is not validated, and the first that is not applied.
  validate_page int not null default 0,
  apply_page int not null default 0,
  created_at timestamptz not null default now(),
  received_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  -- The file and its faults are gone; what became of it stays.
  cleared_at timestamptz
);
-- One of a project runs at a time.
create unique index one_running_import on imports (project_id) where state in ('validating', 'applying');
-- Of the same file the first counts, unless nothing came of it.
create unique index one_import_of_a_file on imports (project_id, kind, sha256)
  where state in ('waiting', 'validating', 'applying', 'complete');
create index imports_newest on imports (project_id, created_at, id);
create index imports_not_cleared on imports (project_id, created_at) where cleared_at is null;
select protect('imports');

-- The rows of the file as they came: [{line, cells}], or [{line, faults}] where one cannot be read.
create table import_pages (
  import_id text not null references imports,
  upload text not null,
  page int not null,
  project_id text not null references projects,
  records jsonb not null,
  -- Lines that validation found bad, or to be the same as what is there.
  bad int[] not null default '{}',
  same int[] not null default '{}',
  -- What the audit trail will say of what was made, while all or nothing is under way.
  made jsonb,
  primary key (import_id, upload, page)
);
-- Read twice and thrown away: not worth packing.
alter table import_pages alter column records set storage external, alter column made set storage external;
select protect('import_pages');

-- What each row of the file would make that there may be one of, so that a later row that would make it again is found.
create table import_keys (
  -- One for each row of the file: a foreign key would cost as much as the row.
  import_id text not null,
  key text not null,
  project_id text not null,
  line int not null,
  fingerprint text not null,
  primary key (import_id, key)
);
select protect('import_keys');

-- What is wrong with the file, by line and field. Nothing that stands in it.
create table import_faults (
  import_id text not null references imports,
  line int not null,
  field text not null,
  project_id text not null references projects,
  code text not null,
  message text not null,
  primary key (import_id, line, field)
);
select protect('import_faults');
