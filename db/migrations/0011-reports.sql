-- What people take away from the book and bring to it, and what reconciliation found.

create table exports (
  id text primary key,
  project_id text not null references projects,
  asked_by text not null references people,
  subject text not null check (subject in ('operations', 'accounts', 'assets')),
  -- Whose they are; null for all of the project.
  organization_id text references organizations,
  filter jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'complete')),
  row_count bigint not null default 0,
  page_count int not null default 0,
  is_capped boolean not null default false,
  -- The last row that was written; the newest come first.
  cursor_at timestamptz not null default now(),
  cursor_id text,
  created_at timestamptz not null default now(),
  completed_at timestamptz
);
comment on table exports is
  'A row is a file of operations, accounts or assets that is made page by page after it was asked for.';
create index exports_of_person on exports (project_id, asked_by, state);
select protect('exports');

create table export_pages (
  export_id text not null references exports,
  page int not null,
  project_id text not null references projects,
  records jsonb not null,
  primary key (export_id, page)
);
comment on table export_pages is 'A row is a page of an export.';
select protect('export_pages');

create table reconciliation_runs (
  id text primary key,
  project_id text not null references projects,
  -- Null where the schedule asked; opened_for says then which of its rounds, so that none is opened twice.
  asked_by text references people,
  opened_for text,
  state text not null default 'running' check (state in ('running', 'complete', 'incomplete')),
  -- name → {state, compared}
  parts jsonb not null default '{}',
  tries int not null default 0,
  found int not null default 0,
  vanished int not null default 0,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (project_id, opened_for)
);
comment on table reconciliation_runs is
  'A row is one comparison of the book with itself and with the platforms'' books.';
create index reconciliation_runs_newest on reconciliation_runs (project_id, started_at desc, id desc);
select protect('reconciliation_runs');

create table breaks (
  id text primary key,
  project_id text not null references projects,
  -- 'book', the label of the bank's platform whose book was compared, or the id of a platform that keeps balances.
  -- Those are found by its sync or its calls, which are no runs.
  part text not null,
  kind text not null check (kind in ('circulation', 'technical_transit', 'held_amount', 'payout_transit',
    'missing_there', 'unknown_here', 'other_amount', 'other_state', 'other_reference', 'mirror_differs',
    'entry_not_booked', 'odd_call')),
  -- An issuer, an operation, or a reference in the platform's book.
  subject text not null,
  ours text,
  theirs text,
  -- When the payout was sent or taken: a period that does not reach it says nothing about it. Null in the book.
  about_at timestamptz,
  state text not null default 'open' check (state in ('open', 'resolved', 'vanished')),
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  last_run text references reconciliation_runs,
  reason text,
  proposed_by text references people,
  proposed_at timestamptz,
  resolved_by text references people,
  resolved_at timestamptz,
  constraint four_eyes check (resolved_by <> proposed_by),
  constraint resolved_for_a_reason check (
    (state = 'resolved') = (resolved_by is not null) and (resolved_by is null or proposed_by is not null)
    and (proposed_by is null) = (reason is null)),
  constraint one_row_per_difference unique nulls not distinct (project_id, part, kind, subject, ours, theirs)
);
comment on table breaks is 'A row is a difference between two books, however often it was found.';
create index breaks_open on breaks (project_id, part, about_at) where state = 'open';
create index breaks_newest on breaks (project_id, last_seen desc, id desc);
select protect('breaks');

create table imports (
  id text primary key,
  project_id text not null references projects,
  asked_by text not null references people,
  kind text not null check (kind in ('accounts', 'assets')),
  format text not null check (format in ('csv', 'jsonl')),
  mode text not null check (mode in ('all_or_nothing', 'good_rows_only')),
  state text not null default 'awaiting_file' check (state in
    ('awaiting_file', 'waiting', 'validating', 'applying', 'complete', 'refused', 'cancelled', 'same_as_earlier')),
  -- Which try to send the file counts. Pages of other tries are rubbish.
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
  -- The file and its faults are gone; the counts stay.
  cleared_at timestamptz
);
comment on table imports is 'A row is a file of accounts or assets that somebody sends in, and what became of it.';
-- Of a project, one runs at a time.
create unique index one_running_import on imports (project_id) where state in ('validating', 'applying');
-- Of the same file the first counts, unless nothing came of it.
create unique index one_import_of_a_file on imports (project_id, kind, sha256)
  where state in ('waiting', 'validating', 'applying', 'complete');
create index imports_newest on imports (project_id, created_at, id);
create index imports_not_cleared on imports (project_id, created_at) where cleared_at is null;
select protect('imports');

create table import_pages (
  import_id text not null references imports,
  upload text not null,
  page int not null,
  project_id text not null references projects,
  -- The rows of the file as they came: [{line, cells}], or [{line, faults}] where one cannot be read.
  records jsonb not null,
  -- Lines that validation found bad, or to be the same as what is there.
  bad int[] not null default '{}',
  same int[] not null default '{}',
  -- What the audit log will say of what was made, while all or nothing is under way.
  made jsonb,
  primary key (import_id, upload, page)
);
comment on table import_pages is 'A row is a page of an imported file.';
-- Read twice and thrown away: not worth packing.
alter table import_pages alter column records set storage external, alter column made set storage external;
select protect('import_pages');

create table import_keys (
  -- A row of the file has several keys, and here a foreign key would cost as much as the row.
  import_id text not null,
  key text not null,
  project_id text not null,
  line int not null,
  fingerprint text not null,
  primary key (import_id, key)
);
comment on table import_keys is
  'A row is something unique that a line of a file would make, so that a later line that would make it again is found.';
select protect('import_keys');

create table import_faults (
  import_id text not null references imports,
  line int not null,
  field text not null,
  project_id text not null references projects,
  code text not null,
  -- Says nothing that stands in the file.
  message text not null,
  primary key (import_id, line, field)
);
comment on table import_faults is 'A row is what is wrong with one field of one line of an imported file.';
select protect('import_faults');
