-- What was asked for, how far it came, who decided, and the money that waits for it.

create sequence request_identifiers start 100001;

-- Written by functions of the book alone. They see to it that the assets, the issuer, the client and the asker exist
-- (demand_named), so there are no foreign keys for these.
create table operations (
  id text primary key,
  project_id text not null,
  kind text not null check (kind in ('top_up', 'withdrawal', 'transfer', 'return', 'reversal', 'bank_line',
    'suspense_return', 'opening_balance', 'platform_deposit', 'platform_withdrawal', 'platform_trade',
    'platform_credit', 'platform_debit')),
  needs_decision boolean not null,
  state text not null check (state in ('received', 'refused', 'limited', 'screening', 'review', 'awaiting_decision',
    'at_platform', 'outcome_unknown', 'awaiting_reference', 'processed', 'declined', 'rejected', 'failed')),
  state_since timestamptz not null default now(),
  request_identifier bigint not null unique default nextval('request_identifiers'),
  -- Null where money only comes into suspense, or goes back from there.
  coin_id text,
  counter_coin_id text,
  issuer_id text not null,
  organization_id text not null,
  -- What was asked for, what leaves the sender, and what reaches the recipient, in minor units. The commission is the
  -- difference, fixed at the request.
  amount numeric(38, 0) not null check (amount > 0),
  sender_amount numeric(38, 0) not null check (sender_amount > 0),
  recipient_amount numeric(38, 0) not null check (recipient_amount > 0),
  commission numeric(38, 0) generated always as (sender_amount - recipient_amount) stored check (commission >= 0),
  -- The rules that may hold it back, as they were when it was asked for: {limits, screening, approval}, see
  -- domain/operations/pinned-rules.ts.
  rules jsonb not null default '{"limits": [], "screening": null, "approval": null}',
  screening_no int not null default 0,
  screened_at timestamptz,
  -- No foreign key: the owner may unlink the bank account while the operation waits. The id then names nothing, and
  -- the payout is refused; were it set to null, the operation would ask for no account at all.
  bank_account_id text,
  bank_line_id text,
  bank_id text references banks,
  platform text,
  asked_by text,
  idempotency_key text,
  body_hash bytea,
  return_of text references operations,
  return_reference text,
  reversal_of text references operations,
  commission_back numeric(38, 0) not null default 0 check (commission_back >= 0),
  platform_reference text,
  platform_at timestamptz,
  -- Of a trade, minor units: what was sold, and how much of the counter coin was bought with it.
  sold_amount numeric(38, 0) check (sold_amount > 0),
  bought_amount numeric(38, 0) check (bought_amount > 0),
  refusal text,
  reason text,
  decide_by timestamptz,
  attention text,
  attention_since timestamptz,
  registered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (coin_id is not null or kind in ('bank_line', 'suspense_return')
    or (kind = 'return' and bank_line_id is not null)),
  check (kind not in ('transfer', 'platform_trade') or counter_coin_id is not null),
  check ((kind = 'return') = (return_of is not null)),
  -- What a platform did on an order of ours is taken back by an order of ours.
  check ((kind = 'reversal') = (reversal_of is not null) or kind in ('platform_deposit', 'platform_withdrawal')),
  -- Decisions name it by these three. It also finds an operation behind row-level security, whatever the statistics
  -- say.
  unique (project_id, id, asked_by)
);
comment on table operations is
  'A row is a request to move money, or a movement that a bank or a platform reported, and the state that it is in.';
create unique index one_operation_per_key on operations (project_id, asked_by, idempotency_key)
  where idempotency_key is not null;
create unique index a_return_once on operations (project_id, platform, return_reference)
  where return_reference is not null;
create index operations_newest on operations (project_id, created_at desc, id desc);
-- The project is in these so that they are enough to count by, behind row-level security.
create index operations_of_coin on operations (project_id, coin_id, created_at desc);
create index operations_to_coin on operations (project_id, counter_coin_id, created_at desc)
  where counter_coin_id is not null;
create index operations_of_organization on operations (project_id, organization_id, created_at desc);
create index operations_open on operations (project_id, state, state_since)
  where state in ('received', 'limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown',
    'awaiting_reference');
create index reversals_of on operations (project_id, reversal_of) where reversal_of is not null;
-- An opening balance is asked for with the asset, and never again.
create unique index one_opening_balance on operations (coin_id) where kind = 'opening_balance';
-- What came onto an asset from outside, to be added up whatever else was done with the asset.
create index deposits_of_coin on operations (coin_id) include (recipient_amount)
  where kind in ('top_up', 'opening_balance', 'platform_deposit') and state = 'processed';
create index operations_of_bank_line on operations (bank_line_id) where bank_line_id is not null;
-- With the project in front: a planner that believes the book to be small would read all of the project beside it.
create index returns_of on operations (project_id, return_of) where return_of is not null;
-- History by what it is narrowed to or sorted by, the newest first or last: each index is read in either direction.
create index operations_by_state on operations (project_id, state, created_at, id);
create index operations_by_kind on operations (project_id, kind, created_at, id);
create index operations_by_issuer on operations (project_id, issuer_id, created_at, id);
create index operations_before_a_person on operations (project_id, created_at, id) where attention is not null;
select protect('operations');
select never_deleted('operations');

-- Apart from the operation, whose row is in many indexes.
create table first_answers (
  operation_id text primary key,
  project_id text not null,
  answer jsonb not null,
  created_at timestamptz not null default now()
);
comment on table first_answers is
  'A row is what the asker of an operation was answered first, and is answered again under the same idempotency key.';
select protect('first_answers');
select append_only('first_answers');

create table operation_parties (
  operation_id text primary key references operations,
  project_id text not null,
  full_name text,
  iban text,
  account_number text,
  description text,
  bank_details jsonb
);
comment on table operation_parties is
  'A row is the personal data of an operation, kept apart from what the book and the workflows need.';
select protect('operation_parties');

create table steps (
  operation_id text not null,
  step text not null,
  project_id text not null,
  seq bigint generated always as identity,
  outcome text not null check (outcome in ('applied', 'refused', 'late')),
  refusal text,
  from_state text not null,
  to_state text not null,
  actor_id text,
  at timestamptz not null default now(),
  primary key (operation_id, step)
);
comment on table steps is
  'A row is a step of an operation that took effect or was refused: the idempotency key of the book, and the timeline.';
select protect('steps');
select append_only('steps');

create table tickets (
  id text primary key,
  project_id text not null references projects,
  operation_id text not null references operations,
  person_id text not null references people,
  verb text not null check (verb in
    ('accept', 'decline', 'allow', 'clear', 'reject', 'confirm_payout', 'refuse_payout')),
  delivery text not null check (delivery in ('api', 'carried')),
  shown jsonb not null,
  detail jsonb,
  valid_until timestamptz,
  outcome text,
  refusal text,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  -- Each delivery is a Signal, and a run takes only so many of them: the pauses between them grow.
  deliveries int not null default 0,
  deliver_at timestamptz not null default now(),
  -- When the workflow was seen to have the decision for good: its answer to the Update came, or the server took a
  -- Signal. A decision's step can be in the book while its workflow never learns of it: an Update that was not in the
  -- history yet is lost with the task that handled it.
  heard_at timestamptz
);
comment on table tickets is
  'A row is the proof that a signed-in person decided; it is used once, by whatever message carries it.';
create index tickets_of_operation on tickets (operation_id);
create index tickets_to_deliver on tickets (project_id, deliver_at)
  where delivery = 'api' and (outcome is null or (outcome = 'applied' and heard_at is null));
select protect('tickets');

create table decisions (
  operation_id text not null,
  person_id text not null references people,
  verb text not null,
  project_id text not null references projects,
  asked_by text not null,
  -- The role that counted, and whose it was where the person acted for somebody else.
  role text not null,
  on_behalf_of text references people,
  ticket_id text not null unique references tickets,
  at timestamptz not null default now(),
  primary key (operation_id, person_id, verb),
  foreign key (project_id, operation_id, asked_by) references operations (project_id, id, asked_by),
  constraint four_eyes check (person_id <> asked_by and on_behalf_of is distinct from asked_by)
);
comment on table decisions is 'A row is one person''s accept or decline of an operation, as it counted.';
create unique index one_authority_one_accept on decisions (operation_id, (coalesce(on_behalf_of, person_id)))
  where verb = 'accept';
select protect('decisions');
select append_only('decisions');

create table limit_usage (
  organization_id text not null references organizations,
  limit_id text not null,
  -- In the project's time zone.
  period text not null,
  project_id text not null references projects,
  used numeric(38, 0) not null default 0,
  primary key (organization_id, limit_id, period)
);
comment on table limit_usage is 'A row is how much of a limit a client has taken in a period.';
select protect('limit_usage');

create table limit_reservations (
  operation_id text not null references operations,
  limit_id text not null,
  period text not null,
  project_id text not null references projects,
  organization_id text not null references organizations,
  amount numeric(38, 0) not null,
  given_back boolean not null default false,
  primary key (operation_id, limit_id, period)
);
comment on table limit_reservations is
  'A row is what an operation took of a limit, to be given back if nothing comes of the operation.';
select protect('limit_reservations');

create table bank_lines (
  id text primary key,
  project_id text not null references projects,
  bank_id text not null references banks,
  -- The bank's own name of the line: a line with the same reference is recorded once. Null where the money is back in
  -- suspense after a correction.
  reference text,
  issuer_id text not null references issuers,
  amount numeric(38, 0) not null check (amount > 0),
  booked_at timestamptz,
  -- What the bank says of it; personal data.
  text text,
  sender_name text,
  sender_iban text,
  -- The operation that brought the money into suspense. The line is written before it, for the line decides whether
  -- the operation is created.
  brought_by text not null references operations deferrable initially deferred,
  -- The operation that has claimed it.
  operation_id text references operations,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  unique (project_id, bank_id, reference)
);
comment on table bank_lines is
  'A row is money that came in at a bank; it stands in suspense until an operation has claimed it and moved it on.';
create index bank_lines_open on bank_lines (project_id, created_at) where settled_at is null;
create index bank_lines_of_operation on bank_lines (operation_id) where operation_id is not null;
select protect('bank_lines');

-- Never changed: whoever was mistaken writes another note.
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
comment on table notes is 'A row is a note about a user or an operation that only staff read.';
create index notes_on_user on notes (project_id, user_id, created_at, id) where user_id is not null;
create index notes_on_operation on notes (project_id, operation_id, created_at, id) where operation_id is not null;
select protect('notes');
select append_only('notes');

create table stray_workflows (
  id bigint generated always as identity primary key,
  workflow_id text not null,
  run_id text not null,
  what text not null,
  at timestamptz not null default now(),
  unique (workflow_id, run_id, what)
);
comment on table stray_workflows is 'A row is a workflow that somebody started for nothing that we know.';
