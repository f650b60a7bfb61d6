-- What people take away from the book, and what reconciliation found: exports, runs, differences.

-- The trial balance of a moment takes back what was posted since. Postings are written in the order of time, so this index is
-- a few pages whatever the table has, and costs a posting nothing.
create index postings_by_time on postings using brin (created_at);
create index order_sends_by_time on order_sends (project_id, at);

-- A file of what the subject says, made page by page behind the request. The cursor is the last one written: newest come first.
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
  cursor_at timestamptz not null default now(),
  cursor_id text,
  created_at timestamptz not null default now(),
  completed_at timestamptz
);
create index exports_of_person on exports (project_id, asked_by, state);
select protect('exports');

create table export_pages (
  export_id text not null references exports,
  page int not null,
  project_id text not null references projects,
  records jsonb not null,
  primary key (export_id, page)
);
select protect('export_pages');

-- One comparison of the book with itself and with the platforms' books. parts: name → {state, compared}.
create table reconciliation_runs (
  id text primary key,
  project_id text not null references projects,
  -- Null where the schedule asked; opened_for says then which of its rounds, so that none is opened twice.
  asked_by text references people,
  opened_for text,
  state text not null default 'running' check (state in ('running', 'complete', 'incomplete')),
  parts jsonb not null default '{}',
  tries int not null default 0,
  found int not null default 0,
  vanished int not null default 0,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (project_id, opened_for)
);
create index reconciliation_runs_newest on reconciliation_runs (project_id, started_at desc, id desc);
select protect('reconciliation_runs');

-- A difference is one row however often it is found. part: 'book', the label of the bank's platform whose book was compared, or the id of a
-- platform that keeps balances. Those are found by its sync or its calls, which are no runs.
create table breaks (
  id text primary key,
  project_id text not null references projects,
  part text not null,
  kind text not null check (kind in ('circulation', 'technical_transit', 'held_amount', 'payout_transit', 'missing_there',
    'unknown_here', 'other_amount', 'other_state', 'other_reference', 'mirror_differs', 'entry_not_booked', 'odd_call')),
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
create index breaks_open on breaks (project_id, part, about_at) where state = 'open';
create index breaks_newest on breaks (project_id, last_seen desc, id desc);
select protect('breaks');
