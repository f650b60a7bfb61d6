-- Messages that really go out, the second step of signing in, and recovery.

-- A message is committed here with what caused it, and sent by a worker. In the sandbox it is never sent: text and code stay
-- readable. Elsewhere the text is sealed (db/secret-box.ts) until a provider has it or its time is over, and then removed.
alter table messages
  alter column text drop not null,
  -- What providers and mailboxes know it by: the same at every try, so that a second one can be told from a new message.
  add column wire_id uuid not null default gen_random_uuid(),
  add column sealed bytea,
  -- When it is tried next; null where it is settled, and in the sandbox.
  add column due_at timestamptz,
  -- From then on it would be of no use.
  add column deliver_by timestamptz,
  add column attempts int not null default 0,
  add column sent_at timestamptz,
  add column given_up_at timestamptz,
  -- A code such as "smtp 451", never a provider's own words: they may name the recipient.
  add column last_error text,
  add constraint message_text_once check ((text is null) or (sealed is null)),
  add constraint message_code_only_readable check (code is null or text is not null),
  add constraint message_waits_sealed check ((due_at is null) = (sealed is null)),
  add constraint message_waits_for_a_time check (due_at is null or deliver_by is not null),
  add constraint message_settled_once check (sent_at is null or given_up_at is null);
create index messages_due on messages (project_id, due_at) where due_at is not null;
create index messages_by_age on messages (project_id, created_at);

-- One code per login and purpose: whoever recovers a password must not undo a registration. For sign_in the row stands for a
-- password that was right; where TOTP is the second step its code was never sent and fits nothing.
alter table one_time_codes
  add column purpose text not null default 'registration' check (purpose in ('registration', 'sign_in', 'recovery')),
  add column step text check (step in ('otp', 'totp')),
  drop constraint one_time_codes_pkey,
  add primary key (login, purpose),
  add constraint code_step_of_sign_in check ((purpose = 'sign_in') = (step is not null));
create index one_time_codes_by_expiry on one_time_codes (expires_at);
create index tokens_by_expiry on tokens (expires_at);

-- What is demanded of a project's members beside the password.
alter table projects
  add column clients_need_otp boolean not null default false,
  add column staff_need_otp boolean not null default false;

-- What a person has switched on for themselves; it holds in all of their projects.
alter table people add column two_step text not null default 'none' check (two_step in ('none', 'otp', 'totp'));

-- Authenticator apps. Like people they stand outside row-level security: they answer before a project is known.
create table totp_secrets (
  person_id text primary key references people,
  sealed bytea not null,
  -- Null until a first code has shown that the app has the secret.
  confirmed_at timestamptz,
  -- The latest time step whose code was taken: none is taken twice.
  last_step bigint not null default 0,
  created_at timestamptz not null default now()
);

-- For a lost telephone: 80 random bits each, so a fast hash is enough. A used one goes.
create table totp_recovery_codes (
  person_id text not null references totp_secrets on delete cascade,
  code_hash bytea not null,
  primary key (person_id, code_hash)
);
