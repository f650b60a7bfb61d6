-- What customers asked for, how far it came, and who decided.

create sequence request_identifiers start 100001;

create table operations (
  id text primary key,
  project_id text not null references projects,
  kind text not null check (kind in ('top_up', 'withdrawal', 'transfer', 'return')),
  needs_decision boolean not null,
  state text not null check (state in ('received', 'refused', 'awaiting_decision', 'paying_out', 'payout_unknown',
    'awaiting_reference', 'processed', 'declined', 'failed')),
  state_since timestamptz not null default now(),
  request_identifier bigint not null unique default nextval('request_identifiers'),
  coin_id text not null references coins,
  counter_coin_id text references coins,
  issuer_id text not null references issuers,
  organization_id text not null references organizations,
  amount numeric(38, 0) not null check (amount > 0),
  bank_id text references banks,
  platform text,
  asked_by text references people,
  idempotency_key text,
  body_hash bytea,
  answer jsonb,
  return_of text references operations,
  return_reference text,
  platform_reference text,
  platform_at timestamptz,
  refusal text,
  reason text,
  decide_by timestamptz,
  attention text,
  attention_since timestamptz,
  registered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (kind <> 'transfer' or counter_coin_id is not null),
  check ((kind = 'return') = (return_of is not null)),
  -- Also what finds an operation behind row-level security, whatever the statistics say.
  unique (project_id, id, asked_by)
);
create unique index one_operation_per_key on operations (project_id, asked_by, idempotency_key)
  where idempotency_key is not null;
create unique index a_return_once on operations (project_id, platform, return_reference) where return_reference is not null;
create index operations_newest on operations (project_id, created_at desc, id desc);
create index operations_of_coin on operations (coin_id, created_at desc);
create index operations_to_coin on operations (counter_coin_id, created_at desc) where counter_coin_id is not null;
create index operations_of_organization on operations (organization_id, created_at desc);
create index operations_open on operations (project_id, state, state_since)
  where state in ('received', 'awaiting_decision', 'paying_out', 'payout_unknown', 'awaiting_reference');
select protect('operations');

-- Personal data of an operation, apart from what the book and the workflows need.
create table operation_parties (
  operation_id text primary key references operations,
  project_id text not null references projects,
  full_name text,
  iban text,
  account_number text,
  description text,
  bank_details jsonb
);
select protect('operation_parties');

-- One row per step that took effect or was refused: the idempotency key of the book, and the operation's timeline.
create table steps (
  operation_id text not null references operations,
  step text not null,
  project_id text not null references projects,
  seq bigint generated always as identity,
  outcome text not null check (outcome in ('applied', 'refused', 'late')),
  refusal text,
  from_state text not null,
  to_state text not null,
  actor_id text references people,
  at timestamptz not null default now(),
  primary key (operation_id, step)
);
select protect('steps');
select append_only('steps');

-- The proof that a signed-in person decided: used once, by whatever message carries it.
create table tickets (
  id text primary key,
  project_id text not null references projects,
  operation_id text not null references operations,
  person_id text not null references people,
  verb text not null check (verb in ('accept', 'decline', 'confirm_payout', 'refuse_payout')),
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
  deliver_at timestamptz not null default now()
);
create index tickets_to_deliver on tickets (project_id, deliver_at) where outcome is null and delivery = 'api';
create index tickets_of_operation on tickets (operation_id);
select protect('tickets');

create table decisions (
  operation_id text not null,
  person_id text not null references people,
  verb text not null,
  project_id text not null references projects,
  asked_by text not null,
  ticket_id text not null unique references tickets,
  at timestamptz not null default now(),
  primary key (operation_id, person_id, verb),
  foreign key (project_id, operation_id, asked_by) references operations (project_id, id, asked_by),
  constraint four_eyes check (person_id <> asked_by)
);
select protect('decisions');
select append_only('decisions');

-- Written before a payout is sent, so that nothing is ever sent twice without a look first.
create table payout_sends (
  operation_id text not null references operations,
  send int not null,
  project_id text not null references projects,
  at timestamptz not null default now(),
  primary key (operation_id, send)
);
select protect('payout_sends');

-- What the platform answered, each time it was asked; its words stay here and out of the workflows' histories.
create table platform_answers (
  id bigint generated always as identity primary key,
  project_id text not null references projects,
  operation_id text not null references operations,
  call text not null check (call in ('send', 'look_up')),
  kind text not null check (kind in ('confirmed', 'refused', 'pending', 'unknown', 'absent', 'returned')),
  platform_reference text,
  reason text,
  created_at timestamptz not null default now()
);
create index platform_answers_of_operation on platform_answers (operation_id, id);
select protect('platform_answers');
select append_only('platform_answers');

-- Calls of the platforms, stored before anything is done about them.
create table inbox (
  id text primary key,
  project_id text not null references projects,
  platform text not null,
  event_id text not null,
  type text not null,
  reference text not null,
  -- For a returned payout: the operation that will book it.
  operation_id text unique,
  outcome text,
  created_at timestamptz not null default now(),
  handled_at timestamptz,
  unique (project_id, platform, event_id)
);
create index inbox_to_handle on inbox (project_id, created_at) where handled_at is null;
select protect('inbox');

create table outbox_events (
  id bigint generated always as identity primary key,
  project_id text not null references projects,
  type text not null,
  operation_id text not null,
  payload jsonb not null,
  created_at timestamptz not null default now()
);
create index outbox_of_operation on outbox_events (operation_id, id);
select protect('outbox_events');
select append_only('outbox_events');
