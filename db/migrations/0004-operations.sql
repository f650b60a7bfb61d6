-- What customers asked for, how far it came, and who decided.

create sequence request_identifiers start 100001;

-- Written by functions of the book alone, which see to it that coins, issuer, client and asker are there (demand_named).
create table operations (
  id text primary key,
  project_id text not null,
  kind text not null check (kind in ('top_up', 'withdrawal', 'transfer', 'return', 'reversal', 'bank_line', 'suspense_return',
    'opening_balance', 'platform_deposit', 'platform_withdrawal', 'platform_trade', 'platform_credit', 'platform_debit')),
  needs_decision boolean not null,
  state text not null check (state in ('received', 'refused', 'limited', 'screening', 'review', 'awaiting_decision', 'at_platform',
    'outcome_unknown', 'awaiting_reference', 'processed', 'declined', 'rejected', 'failed')),
  state_since timestamptz not null default now(),
  request_identifier bigint not null unique default nextval('request_identifiers'),
  -- None where money only comes into suspense, or goes back from there.
  coin_id text,
  counter_coin_id text,
  issuer_id text not null,
  organization_id text not null,
  -- What was asked for; what leaves the sender; what reaches the recipient. The commission is the difference, fixed at the request.
  amount numeric(38, 0) not null check (amount > 0),
  sender_amount numeric(38, 0) not null check (sender_amount > 0),
  recipient_amount numeric(38, 0) not null check (recipient_amount > 0),
  commission numeric(38, 0) generated always as (sender_amount - recipient_amount) stored check (commission >= 0),
  -- What holds it back, as it was when it was asked for: {limits, screening, approval}, see domain/pinned-rules.ts.
  rules jsonb not null default '{"limits": [], "screening": null, "approval": null}',
  screening_no int not null default 0,
  screened_at timestamptz,
  bank_account_id text references bank_accounts,
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
  -- Of a trade, minor units: what was sold, and what of the counter coin was bought with it.
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
  check (coin_id is not null or kind in ('bank_line', 'suspense_return') or (kind = 'return' and bank_line_id is not null)),
  check (kind not in ('transfer', 'platform_trade') or counter_coin_id is not null),
  check ((kind = 'return') = (return_of is not null)),
  -- What a platform did on an order of ours is taken back by an order of ours.
  check ((kind = 'reversal') = (reversal_of is not null) or kind in ('platform_deposit', 'platform_withdrawal')),
  -- Also what finds an operation behind row-level security, whatever the statistics say.
  unique (project_id, id, asked_by)
);
create unique index one_operation_per_key on operations (project_id, asked_by, idempotency_key)
  where idempotency_key is not null;
create unique index a_return_once on operations (project_id, platform, return_reference) where return_reference is not null;
create index operations_newest on operations (project_id, created_at desc, id desc);
-- The project is in them so that they are enough to count by, behind row-level security.
create index operations_of_coin on operations (project_id, coin_id, created_at desc);
create index operations_to_coin on operations (project_id, counter_coin_id, created_at desc) where counter_coin_id is not null;
create index operations_of_organization on operations (project_id, organization_id, created_at desc);
create index operations_open on operations (project_id, state, state_since)
  where state in ('received', 'limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown', 'awaiting_reference');
create index reversals_of on operations (project_id, reversal_of) where reversal_of is not null;
-- What an asset begins with is asked for with the asset, and never again.
create unique index one_opening_balance on operations (coin_id) where kind = 'opening_balance';
-- What came onto a coin from outside, to be added up whatever else was done with it.
create index deposits_of_coin on operations (coin_id) include (recipient_amount)
  where kind in ('top_up', 'opening_balance', 'platform_deposit') and state = 'processed';
create index operations_of_bank_line on operations (bank_line_id) where bank_line_id is not null;
select protect('operations');
select never_deleted('operations');

-- What whoever asked under a key was answered first, and is answered again. Apart from the operation, whose row is in many indexes.
create table first_answers (
  operation_id text primary key,
  project_id text not null,
  answer jsonb not null,
  created_at timestamptz not null default now()
);
select protect('first_answers');
select append_only('first_answers');

-- What an operation names has to be there and to belong together.
-- Of another issuer is only what is bought; and what a platform keeps is moved by its operations, and by no others.
create type operation_names as (coin text, counter_coin text, issuer text, organization text, asked_by text, kind text);
create function demand_named(names operation_names[]) returns void language plpgsql as $$
begin
  -- Scalar look-ups, each by its key: an `exists` under `or` would read the whole table for one name.
  if exists (select 1 from unnest(names) n
      where (n.coin is not null and (select c.issuer_id from coins c where c.id = n.coin
            and (c.platform_id is not null) = starts_with(n.kind, 'platform_')) is distinct from n.issuer)
        or (n.counter_coin is not null and (select case n.kind when 'platform_trade' then n.issuer else c.issuer_id end from coins c
            where c.id = n.counter_coin and (c.platform_id is not null) = starts_with(n.kind, 'platform_')) is distinct from n.issuer)
        or (select i.id from issuers i where i.id = n.issuer) is null
        or (select o.id from organizations o where o.id = n.organization) is null
        or (n.asked_by is not null and (select p.id from people p where p.id = n.asked_by) is null)) then
    raise exception 'an operation names a coin, issuer, client or person that is not there' using errcode = 'foreign_key_violation';
  end if;
end $$;

-- Personal data of an operation, apart from what the book and the workflows need.
create table operation_parties (
  operation_id text primary key references operations,
  project_id text not null,
  full_name text,
  iban text,
  account_number text,
  description text,
  bank_details jsonb
);
select protect('operation_parties');

-- One row per step that took effect or was refused: the idempotency key of the book, and the operation's timeline.
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
select protect('steps');
select append_only('steps');

-- The proof that a signed-in person decided: used once, by whatever message carries it.
create table tickets (
  id text primary key,
  project_id text not null references projects,
  operation_id text not null references operations,
  person_id text not null references people,
  verb text not null check (verb in ('accept', 'decline', 'allow', 'clear', 'reject', 'confirm_payout', 'refuse_payout')),
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
  -- The role that counted, and whose it was where the person acted for somebody else.
  role text not null,
  on_behalf_of text references people,
  ticket_id text not null unique references tickets,
  at timestamptz not null default now(),
  primary key (operation_id, person_id, verb),
  foreign key (project_id, operation_id, asked_by) references operations (project_id, id, asked_by),
  constraint four_eyes check (person_id <> asked_by and on_behalf_of is distinct from asked_by)
);
create unique index one_authority_one_accept on decisions (operation_id, (coalesce(on_behalf_of, person_id))) where verb = 'accept';
select protect('decisions');
select append_only('decisions');

-- How much of each limit is taken, per client and period; periods are in the project's time zone.
create table limit_usage (
  organization_id text not null references organizations,
  limit_id text not null,
  period text not null,
  project_id text not null references projects,
  used numeric(38, 0) not null default 0,
  primary key (organization_id, limit_id, period)
);
select protect('limit_usage');

-- What an operation took of it, to be given back if nothing comes of it.
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
select protect('limit_reservations');

-- Written before a payout is sent, so that nothing is ever sent twice without a look first.
create table order_sends (
  operation_id text not null references operations,
  send int not null,
  project_id text not null references projects,
  at timestamptz not null default now(),
  primary key (operation_id, send)
);
select protect('order_sends');

-- What the platform answered, each time it was asked; its words stay here and out of the workflows' histories.
create table platform_answers (
  id bigint generated always as identity primary key,
  project_id text not null references projects,
  operation_id text not null references operations,
  call text not null check (call in ('send', 'look_up')),
  kind text not null check (kind in ('confirmed', 'refused', 'pending', 'unknown', 'absent', 'returned', 'not_sent', 'ambiguous')),
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

-- What is told to others of each change of state: nothing that the steps do not say already, so nothing is stored twice.
create view outbox_events with (security_invoker = true) as
  select s.seq as id, s.project_id, o.kind || '.' || s.to_state as type, s.operation_id,
      jsonb_build_object('operation', s.operation_id, 'step', s.step, 'from', s.from_state, 'to', s.to_state, 'refusal', s.refusal) as payload,
      s.at as created_at
    from steps s join operations o on o.id = s.operation_id where s.from_state <> s.to_state;

-- Money that came in at a bank. It stands in suspense until an operation has claimed it and moved it where it belongs.
create table bank_lines (
  id text primary key,
  project_id text not null references projects,
  bank_id text not null references banks,
  -- The bank's own name of the line: it is taken once. None where the money is back after a correction.
  reference text,
  issuer_id text not null references issuers,
  amount numeric(38, 0) not null check (amount > 0),
  booked_at timestamptz,
  -- What the bank says of it; personal data.
  text text,
  sender_name text,
  sender_iban text,
  -- The operation that brought the money into suspense, and the one that has claimed it. A line decides whether its
  -- operation is born, so it comes first.
  brought_by text not null references operations deferrable initially deferred,
  operation_id text references operations,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  unique (project_id, bank_id, reference)
);
create index bank_lines_open on bank_lines (project_id, created_at) where settled_at is null;
create index bank_lines_of_operation on bank_lines (operation_id) where operation_id is not null;
select protect('bank_lines');

-- Money of a line that is back in suspense after a correction is a line of its own, to be moved again.
create function reopen_bank_line(project text, line text, back operations) returns void language plpgsql as $$
begin
  insert into bank_lines (id, project_id, bank_id, issuer_id, amount, booked_at, text, sender_name, sender_iban, brought_by)
    select 'line_' || substr(back.id, 4), project, l.bank_id, l.issuer_id,
        back.amount + back.commission_back, now(), l.text, l.sender_name, l.sender_iban, back.id
      from bank_lines l where l.id = line;
end $$;
