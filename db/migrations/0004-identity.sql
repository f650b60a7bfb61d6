-- People, how they prove who they are, and the organizations they act for.

create table people (
  id text primary key,
  -- An e-mail address or a phone number, in one canonical spelling.
  login text not null unique check (login = lower(login)),
  password_hash text,
  created_at timestamptz not null default now(),
  -- The second step that the person has switched on; it holds in all of their projects.
  two_step text not null default 'none' check (two_step in ('none', 'otp', 'totp'))
);
comment on table people is 'A row is a human being, known by one login in every project.';
select never_deleted('people');

create table login_attempts (
  -- Hashed, because people type passwords into the field of the login.
  login_hash bytea primary key,
  failed int not null check (failed > 0),
  failed_at timestamptz not null
);
comment on table login_attempts is
  'A row counts wrong passwords for a login, whether anybody has that login or not, so that a lock does not tell.';
create index login_attempts_by_age on login_attempts (failed_at);

create table person_projects (
  person_id text not null references people,
  project_id text not null references projects,
  is_default boolean not null default false,
  primary key (person_id, project_id)
);
comment on table person_projects is 'A row says that a person is a member of a project.';
create unique index one_default_project on person_projects (person_id) where is_default;

create table tokens (
  token_hash bytea primary key,
  person_id text not null references people,
  project_id text not null references projects,
  member_id text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
comment on table tokens is 'A row is a person''s sign-in to one project, until it expires.';
create index tokens_of_person on tokens (person_id);
create index tokens_by_expiry on tokens (expires_at);

-- A new code replaces the old one, and a used one goes. A login that has an account gets a row as well when somebody
-- registers with it, with a code that is never sent, so that the limits do not tell it from others.
create table one_time_codes (
  login text not null,
  -- Whoever recovers a password must not undo a registration, so each purpose has a code of its own.
  purpose text not null default 'registration' check (purpose in ('registration', 'sign_in', 'recovery')),
  project_id text not null references projects,
  code_hash text not null,
  tries_left int not null check (tries_left >= 0),
  sends int not null default 1,
  window_started_at timestamptz not null,
  expires_at timestamptz not null,
  -- What a registration asked for; null where there is nothing to create.
  payload jsonb,
  -- Of a sign-in: the row stands for a password that was right. Where TOTP is the second step the code was never sent
  -- and fits nothing.
  step text check (step in ('otp', 'totp')),
  primary key (login, purpose),
  constraint code_step_of_sign_in check ((purpose = 'sign_in') = (step is not null))
);
comment on table one_time_codes is 'A row is the code that was last sent to a login for one purpose.';
create index one_time_codes_by_expiry on one_time_codes (expires_at);

-- Outside row-level security, as people are, for it answers before a project is known.
create table totp_secrets (
  person_id text primary key references people,
  sealed bytea not null,
  -- Null until a first code has shown that the app has the secret.
  confirmed_at timestamptz,
  -- The latest time step whose code was taken: none is taken twice.
  last_step bigint not null default 0,
  created_at timestamptz not null default now()
);
comment on table totp_secrets is 'A row is the secret that a person shares with their authenticator app.';

create table totp_recovery_codes (
  person_id text not null references totp_secrets on delete cascade,
  -- The code has 80 random bits, so a fast hash is enough.
  code_hash bytea not null,
  primary key (person_id, code_hash)
);
comment on table totp_recovery_codes is
  'A row is an unused code that signs a person in who has lost the telephone with the authenticator app.';

create table organizations (
  id text primary key,
  project_id text not null references projects,
  type text not null check (type in ('system', 'individual', 'merchant', 'cash_desk', 'support')),
  name text not null,
  identification_status text not null default 'none' check (identification_status in
    ('none', 'pending', 'approved', 'declined', 'review_required', 'not_available')),
  legal_type text check (legal_type in ('individual', 'corporation')),
  referral_link text,
  created_at timestamptz not null default now(),
  -- Null: the global base contract of its type that is active.
  contract_id text references contracts,
  -- While frozen_at is set, steps refuse to move what is in the client's assets.
  frozen_at timestamptz,
  frozen_reason text check (frozen_reason in ('AML', 'FRAUD', 'OTHER')),
  frozen_description text,
  -- Null where screening froze.
  frozen_by text references people,
  -- Who lifted the last freeze.
  unfrozen_by text references people,
  constraint only_clients_are_frozen check (frozen_at is null or type in ('individual', 'merchant')),
  constraint frozen_for_a_reason check ((frozen_at is null) = (frozen_reason is null))
);
comment on table organizations is
  'A row is a client, a person or a company, or a unit of the project''s own company that staff belong to.';
create index organizations_by_type on organizations (project_id, type, created_at);
create index organizations_frozen on organizations (project_id, frozen_at) where frozen_at is not null;
select protect('organizations');
select never_deleted('organizations');

-- Whoever froze does not lift the freeze, nor passes it on to do so. The freeze forgets its author when it ends, so a
-- check of one row cannot say it.
create function unfreezing_takes_another() returns trigger language plpgsql as $$
begin
  if new.frozen_at is null and (new.unfrozen_by is null or new.unfrozen_by = old.frozen_by) then
    raise exception 'who froze organization % may not lift it', old.id using errcode = 'SL005';
  end if;
  if new.frozen_at is not null and new.frozen_by is distinct from old.frozen_by then
    raise exception 'the freeze of organization % keeps its author', old.id using errcode = 'SL005';
  end if;
  return new;
end $$;
create trigger unfreezing_takes_another before update on organizations for each row
  when (old.frozen_at is not null) execute function unfreezing_takes_another();

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
comment on table members is
  'A row is a person in a project, with the role and the organization that they act for there.';
create index members_by_age on members (project_id, created_at);
create index members_of_organization on members (organization_id);
select protect('members');

-- A message is committed with what caused it, and a worker sends it. In the sandbox it is never sent, and its text
-- and code stay readable. Elsewhere the text is sealed (db/secrets/secret-box.ts) until a provider has it or its time is
-- over, and then removed.
create table messages (
  id bigint generated always as identity primary key,
  project_id text not null references projects,
  recipient text not null,
  channel text not null check (channel in ('email', 'sms')),
  subject text not null,
  text text,
  code text,
  created_at timestamptz not null default now(),
  -- Providers and mailboxes know the message by it. It is the same at every try, so that they can tell a second try
  -- from a new message.
  wire_id uuid not null default gen_random_uuid(),
  sealed bytea,
  -- When it is tried next; null where it is settled, and in the sandbox.
  due_at timestamptz,
  -- From then on it would be of no use.
  deliver_by timestamptz,
  attempts int not null default 0,
  sent_at timestamptz,
  given_up_at timestamptz,
  -- A code such as "smtp 451", never a provider's own words: they may name the recipient.
  last_error text,
  constraint message_text_once check ((text is null) or (sealed is null)),
  constraint message_code_only_readable check (code is null or text is not null),
  constraint message_waits_sealed check ((due_at is null) = (sealed is null)),
  constraint message_waits_for_a_time check (due_at is null or deliver_by is not null),
  constraint message_settled_once check (sent_at is null or given_up_at is null)
);
comment on table messages is 'A row is an e-mail or a text message to a person, sent or to be sent.';
create index messages_to on messages (project_id, recipient, id desc);
create index messages_due on messages (project_id, due_at) where due_at is not null;
create index messages_by_age on messages (project_id, created_at);
select protect('messages');
