-- What the migrations make, for people to read. Written by db/dump-schema.ts; a test says that it is true.

set check_function_bodies = off;

-- Sequences

create sequence coin_numbers start 1;
create sequence request_identifiers start 100001;

-- Tables

create table audit_heads (
  project_id text not null,
  seq bigint default 0 not null,
  hash bytea default '\x'::bytea not null
);

create table audit_rows (
  project_id text not null,
  seq bigint not null,
  at timestamp with time zone not null,
  actor_id text,
  source text not null,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null
);

create table balances (
  account_id text not null,
  shard integer not null,
  project_id text not null,
  posted numeric(38,0) default 0 not null,
  held numeric(38,0) default 0 not null,
  floor numeric(38,0),
  active boolean default true not null,
  version bigint default 0 not null
);

create table bank_accounts (
  id text not null,
  project_id text not null,
  coin_id text not null,
  person_id text not null,
  made_by text not null,
  bank_id text not null,
  full_name text not null,
  iban text,
  account_number text,
  is_default boolean default false not null,
  status text not null,
  decided_by text,
  reason text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table banks (
  id text not null,
  project_id text not null,
  name text not null,
  address text,
  bic text not null,
  swift text not null,
  city text,
  country text,
  zip_code text,
  platform text,
  created_at timestamp with time zone default now() not null
);

create table book_accounts (
  id text not null,
  project_id text not null,
  issuer_id text not null,
  type text not null,
  usage text not null,
  technical boolean not null,
  strict boolean not null,
  created_at timestamp with time zone default now() not null
);

create table coins (
  id text not null,
  project_id text not null,
  organization_id text not null,
  issuer_id text not null,
  serial text not null,
  name text not null,
  type text default 'client'::text not null,
  main boolean default false not null,
  blocked boolean default false not null,
  created_by text,
  created_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone
);

create table currencies (
  id text not null,
  project_id text not null,
  code text not null,
  digital_code text not null,
  symbol text not null,
  name text not null,
  description text,
  sn_prefix text,
  fraction integer not null,
  active boolean default true not null,
  is_main boolean default false not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table decisions (
  operation_id text not null,
  person_id text not null,
  verb text not null,
  project_id text not null,
  asked_by text not null,
  ticket_id text not null,
  at timestamp with time zone default now() not null
);

create table holds (
  operation_id text not null,
  project_id text not null,
  account_id text not null,
  amount numeric(38,0) not null,
  state text not null,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone
);

create table inbox (
  id text not null,
  project_id text not null,
  platform text not null,
  event_id text not null,
  type text not null,
  reference text not null,
  operation_id text,
  outcome text,
  created_at timestamp with time zone default now() not null,
  handled_at timestamp with time zone
);

create table issuers (
  id text not null,
  project_id text not null,
  currency_id text not null,
  sn bigint generated always as identity not null,
  sn_prefix text not null,
  name text not null,
  description text,
  active boolean default true not null,
  order_number integer,
  order_quote integer,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table login_attempts (
  login_hash bytea not null,
  failed integer not null,
  failed_at timestamp with time zone not null
);

create table members (
  id text not null,
  project_id text not null,
  person_id text not null,
  organization_id text not null,
  role text not null,
  name text,
  email text,
  phone text,
  email_verified boolean default false not null,
  phone_verified boolean default false not null,
  active boolean default true not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table messages (
  id bigint generated always as identity not null,
  project_id text not null,
  recipient text not null,
  channel text not null,
  subject text not null,
  text text not null,
  code text,
  created_at timestamp with time zone default now() not null
);

create table one_time_codes (
  login text not null,
  project_id text not null,
  code_hash text not null,
  tries_left integer not null,
  sends integer default 1 not null,
  window_started_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  payload jsonb
);

create table operation_parties (
  operation_id text not null,
  project_id text not null,
  full_name text,
  iban text,
  account_number text,
  description text,
  bank_details jsonb
);

create table operations (
  id text not null,
  project_id text not null,
  kind text not null,
  needs_decision boolean not null,
  state text not null,
  state_since timestamp with time zone default now() not null,
  request_identifier bigint default nextval('request_identifiers'::regclass) not null,
  coin_id text not null,
  counter_coin_id text,
  issuer_id text not null,
  organization_id text not null,
  amount numeric(38,0) not null,
  bank_id text,
  platform text,
  asked_by text,
  idempotency_key text,
  body_hash bytea,
  answer jsonb,
  return_of text,
  return_reference text,
  platform_reference text,
  platform_at timestamp with time zone,
  refusal text,
  reason text,
  decide_by timestamp with time zone,
  attention text,
  attention_since timestamp with time zone,
  registered_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table organizations (
  id text not null,
  project_id text not null,
  type text not null,
  name text not null,
  identification_status text default 'none'::text not null,
  legal_type text,
  referral_link text,
  created_at timestamp with time zone default now() not null
);

create table outbox_events (
  id bigint generated always as identity not null,
  project_id text not null,
  type text not null,
  operation_id text not null,
  payload jsonb not null,
  created_at timestamp with time zone default now() not null
);

create table payout_sends (
  operation_id text not null,
  send integer not null,
  project_id text not null,
  at timestamp with time zone default now() not null
);

create table people (
  id text not null,
  login text not null,
  password_hash text,
  created_at timestamp with time zone default now() not null
);

create table person_projects (
  person_id text not null,
  project_id text not null,
  is_default boolean default false not null
);

create table platform_answers (
  id bigint generated always as identity not null,
  project_id text not null,
  operation_id text not null,
  call text not null,
  kind text not null,
  platform_reference text,
  reason text,
  created_at timestamp with time zone default now() not null
);

create table postings (
  id bigint generated always as identity not null,
  project_id text not null,
  operation_id text not null,
  step text not null,
  leg integer not null,
  type text not null,
  account_id text not null,
  issuer_id text not null,
  amount numeric(38,0) not null,
  balance_after numeric(38,0),
  created_at timestamp with time zone default now() not null
);

create table project_of (
  id text not null,
  project_id text not null
);

create table projects (
  id text not null,
  key text not null,
  name text not null,
  time_zone text default 'UTC'::text not null,
  decision_expires_ms bigint default 604800000 not null,
  created_at timestamp with time zone default now() not null
);

create table schema_migrations (
  name text not null,
  sha256 text not null,
  at timestamp with time zone default now() not null
);

create table steps (
  operation_id text not null,
  step text not null,
  project_id text not null,
  seq bigint generated always as identity not null,
  outcome text not null,
  refusal text,
  from_state text not null,
  to_state text not null,
  actor_id text,
  at timestamp with time zone default now() not null
);

create table stray_workflows (
  id bigint generated always as identity not null,
  workflow_id text not null,
  run_id text not null,
  what text not null,
  at timestamp with time zone default now() not null
);

create table tickets (
  id text not null,
  project_id text not null,
  operation_id text not null,
  person_id text not null,
  verb text not null,
  delivery text not null,
  shown jsonb not null,
  detail jsonb,
  valid_until timestamp with time zone,
  outcome text,
  refusal text,
  created_at timestamp with time zone default now() not null,
  used_at timestamp with time zone,
  deliveries integer default 0 not null,
  deliver_at timestamp with time zone default now() not null
);

create table tokens (
  token_hash bytea not null,
  person_id text not null,
  project_id text not null,
  member_id text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null
);

-- Types

create type step_delta as (
  ord integer,
  account text,
  strict boolean,
  posted numeric,
  held numeric
);

create type step_verdict as (
  ord integer,
  operation text,
  step text,
  body jsonb,
  outcome text,
  refusal text,
  from_state text,
  to_state text,
  person text,
  ticket text,
  verb text,
  stored boolean,
  decide_by timestamp with time zone,
  found operations
);

-- Views

create view account_balances with (security_invoker=true) as
 SELECT account_id,
    project_id,
    sum(posted) AS posted,
    sum(held) AS held,
    bool_and(active) AS active
   FROM balances
  GROUP BY account_id, project_id;

-- Functions

CREATE OR REPLACE FUNCTION public.account_in_use(account text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  unfinished text[] := array['received', 'awaiting_decision', 'paying_out', 'payout_unknown', 'awaiting_reference'];
begin
  return exists (select 1 from balances where account_id = account and held <> 0)
    or exists (select 1 from operations where coin_id = account and state = any(unfinished))
    or exists (select 1 from operations where counter_coin_id = account and state = any(unfinished));
end $function$;

CREATE OR REPLACE FUNCTION public.append_audit(project text, rows jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  entry jsonb;
  head audit_heads;
  fresh audit_rows;
begin
  perform set_config('sluice.project', project, true);
  insert into audit_heads (project_id) values (project) on conflict do nothing;
  select * into head from audit_heads where project_id = project for update;
  for entry in select * from jsonb_array_elements(rows) loop
    head.seq := head.seq + 1;
    fresh := row(project, head.seq, clock_timestamp(), entry ->> 'actor', entry ->> 'source', entry ->> 'action',
      entry ->> 'subjectType', entry ->> 'subjectId', nullif(entry -> 'before', 'null'::jsonb),
      nullif(entry -> 'after', 'null'::jsonb), head.hash, '\x'::bytea);
    fresh.hash := audit_hash(fresh);
    insert into audit_rows values (fresh.*);
    head.hash := fresh.hash;
  end loop;
  update audit_heads set seq = head.seq, hash = head.hash where project_id = project;
end $function$;

CREATE OR REPLACE FUNCTION public.append_only(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('create trigger append_only before update or delete on %s for each row execute function refuse_change()', target);
  execute format('create trigger no_truncate before truncate on %s for each statement execute function refuse_change()', target);
end $function$;

CREATE OR REPLACE FUNCTION public.apply_steps(project text, steps jsonb, source text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
declare
  work step_verdict[];
  deltas step_delta[];
  one text;
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s);
  actives text[] := array(select jsonb_array_elements_text(s -> 'active') from jsonb_array_elements(steps) s);
begin
  perform set_config('sluice.project', project, true);
  if jsonb_path_exists(steps, '$[*].create') then
    perform create_operations(project, steps);
  end if;
  ids := array(select distinct id from (
      select unnest(ids) as id
      union all select o.return_of from unnest(ids) i cross join lateral (select return_of from operations where id = i limit 1) o
    ) named where id is not null order by id);
  foreach one in array ids loop
    perform 1 from operations o where o.id = one for update;
  end loop;
  deltas := step_deltas(steps);
  perform 1 from balances b where b.shard = 0 and (b.account_id = any(actives)
      or b.account_id = any(array(select account from unnest(deltas) where strict))) order by b.account_id for update;
  select array_agg(judge_step(s.ord::int, s.body) order by s.ord) into work
    from jsonb_array_elements(steps) with ordinality s (body, ord);
  work := refuse_overdrafts(work, deltas);
  work := set_decide_by(project, work);
  perform write_operations(project, work);
  perform write_decisions(project, work);
  perform write_book(project, work, deltas);
  perform write_events(project, work, source);
  return step_answers(work);
end $function$;

CREATE OR REPLACE FUNCTION public.audit_hash(entry audit_rows)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select sha256(entry.previous_hash || convert_to(jsonb_build_array(
    entry.project_id, entry.seq, extract(epoch from entry.at)::numeric(20, 6)::text, entry.actor_id, entry.source, entry.action,
    entry.subject_type, entry.subject_id, entry.before, entry.after)::text, 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION public.authenticate(hash bytea)
 RETURNS TABLE(project_id text, person_id text, member_id text, organization_id text, role text, login text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  found_token tokens;
begin
  select * into found_token from tokens t where t.token_hash = hash and t.expires_at > now();
  if found_token.token_hash is null then return; end if;
  perform set_config('sluice.project', found_token.project_id, true);
  return query select found_token.project_id, p.id, m.id, m.organization_id, m.role, p.login
    from members m join people p on p.id = m.person_id
    where m.id = found_token.member_id and m.active;
end $function$;

CREATE OR REPLACE FUNCTION public.close_account(project text, account text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  perform 1 from balances where account_id = account for update;
  if account_in_use(account) or exists (select 1 from balances where account_id = account and posted <> 0) then
    return false;
  end if;
  update coins set closed_at = now() where id = account and closed_at is null;
  if not found then
    return false;
  end if;
  update balances set active = false where account_id = account;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.create_operations(project text, steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  ids text[] := array(select s ->> 'operation' from jsonb_array_elements(steps) s where s ? 'create' order by 1);
begin
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, counter_coin_id, issuer_id,
      organization_id, amount, asked_by, idempotency_key, body_hash)
    select s ->> 'operation', project, s ->> 'kind', false, 'received', c ->> 'coin', c ->> 'counterCoin', c ->> 'issuer',
        c ->> 'organization', (c ->> 'amount')::numeric, c ->> 'askedBy', c ->> 'key', decode(c ->> 'bodyHash', 'hex')
      from jsonb_array_elements(steps) s, lateral (select s -> 'create' as c) created
      where s ? 'create' order by c ->> 'askedBy', c ->> 'key'
    on conflict do nothing;
  insert into project_of (id, project_id)
    select o.id, project from unnest(ids) i cross join lateral (select id from operations where id = i limit 1) o order by o.id
    on conflict do nothing;
  insert into operation_parties (operation_id, project_id, description)
    select o.id, project, texts.description
      from (select s ->> 'operation' as id, s -> 'create' ->> 'description' as description
          from jsonb_array_elements(steps) s where s -> 'create' ->> 'description' is not null offset 0) texts
        cross join lateral (select id from operations where id = texts.id limit 1) o
    on conflict do nothing;
end $function$;

CREATE OR REPLACE FUNCTION public.current_project()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  project text := current_setting('sluice.project', true);
begin
  if project is null or project = '' then
    raise exception 'no project is set for this transaction' using errcode = 'SL001';
  end if;
  return project;
end $function$;

CREATE OR REPLACE FUNCTION public.decision_refusal(step jsonb, operation operations, ticket tickets)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  roles text[] := array(select jsonb_array_elements_text(step -> 'roles'));
begin
  if ticket.id is null or ticket.operation_id <> operation.id then return 'ticket_unknown'; end if;
  if ticket.verb <> step ->> 'verb' then return 'ticket_for_another_decision'; end if;
  if ticket.valid_until < now() then return 'ticket_expired'; end if;
  if not exists (select 1 from members m where m.person_id = ticket.person_id and m.active
      and m.role = any(roles)) then
    return 'decider_not_permitted';
  end if;
  if ticket.person_id = operation.asked_by then return 'decider_is_the_asker'; end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.judge_step(ord integer, step jsonb)
 RETURNS step_verdict
 LANGUAGE plpgsql
AS $function$
declare
  verdict step_verdict;
  operation operations;
  prior steps;
  ticket tickets;
  actives text[];
begin
  verdict.ord := ord;
  verdict.operation := step ->> 'operation';
  verdict.step := step ->> 'step';
  verdict.body := step;
  verdict.person := step ->> 'actor';
  verdict.ticket := step ->> 'ticket';
  verdict.verb := step ->> 'verb';
  verdict.stored := false;
  select * into operation from operations o where o.id = verdict.operation;
  if operation.id is null then
    verdict.outcome := 'unknown';
    return verdict;
  end if;
  verdict.found := operation;
  verdict.from_state := operation.state;
  verdict.to_state := operation.state;
  verdict.decide_by := operation.decide_by;
  if operation.kind <> step ->> 'kind' then
    verdict.outcome := 'refused';
    verdict.refusal := 'operation_of_another_kind';
    return verdict;
  end if;
  select * into prior from steps p where p.operation_id = verdict.operation and p.step = verdict.step;
  if prior.step is not null then
    verdict.outcome := 'repeated';
    verdict.refusal := prior.refusal;
    verdict.from_state := prior.from_state;
    verdict.to_state := prior.to_state;
    return verdict;
  end if;
  if verdict.verb is not null then
    select * into ticket from tickets t where t.id = verdict.ticket;
    verdict.person := ticket.person_id;
    verdict.stored := ticket.id is not null and ticket.operation_id = operation.id;
    if verdict.stored and exists (select 1 from decisions d where d.operation_id = operation.id
        and d.person_id = ticket.person_id and d.verb = verdict.verb) then
      verdict.outcome := 'repeated';
      verdict.stored := false;
      return verdict;
    end if;
  end if;
  if not (step -> 'expect' ? operation.state) then
    verdict.outcome := 'late';
    return verdict;
  end if;
  verdict.refusal := case
    when verdict.verb is not null then decision_refusal(step, operation, ticket)
    when operation.return_of is not null then return_refusal(operation)
  end;
  actives := array(select jsonb_array_elements_text(step -> 'active'));
  if verdict.refusal is null and exists (select 1 from balances b
      where b.account_id = any(actives) and not b.active) then
    verdict.refusal := 'coin_inactive';
  end if;
  if verdict.refusal is null then
    verdict.outcome := 'applied';
    verdict.stored := true;
    verdict.to_state := step ->> 'to';
  else
    verdict.outcome := 'refused';
    if step ? 'refusedTo' and verdict.refusal <> 'original_not_processed' then
      verdict.stored := true;
      verdict.to_state := step ->> 'refusedTo';
    end if;
  end if;
  return verdict;
end $function$;

CREATE OR REPLACE FUNCTION public.open_book_account(project text, account jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  insert into book_accounts (id, project_id, issuer_id, type, usage, technical, strict)
    values (account ->> 'id', project, account ->> 'issuer', account ->> 'type', account ->> 'usage',
      (account ->> 'technical')::boolean, (account ->> 'strict')::boolean);
  insert into balances (account_id, shard, project_id, floor)
    values (account ->> 'id', 0, project, (account ->> 'floor')::numeric);
end $function$;

CREATE OR REPLACE FUNCTION public.operation_facts(operation text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  project text;
  facts jsonb;
begin
  select p.project_id into project from project_of p where p.id = operation;
  if project is null then return null; end if;
  perform set_config('sluice.project', project, true);
  select jsonb_build_object('id', o.id, 'projectId', o.project_id, 'kind', o.kind, 'needsDecision', o.needs_decision, 'coinId', o.coin_id,
      'issuerId', o.issuer_id, 'amount', o.amount::text, 'platform', o.platform, 'requestIdentifier', o.request_identifier::text,
      'currency', c.code, 'fraction', c.fraction, 'returnOf', o.return_of)
    into facts from operations o join issuers i on i.id = o.issuer_id join currencies c on c.id = i.currency_id
    where o.id = operation;
  return facts;
end $function$;

CREATE OR REPLACE FUNCTION public.postings_sum_to_zero()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  broken record;
begin
  select operation_id, step, issuer_id, sum(amount) as rest into broken
    from fresh group by operation_id, step, issuer_id having sum(amount) <> 0 limit 1;
  if found then
    raise exception 'postings of % % in % leave %', broken.operation_id, broken.step, broken.issuer_id, broken.rest
      using errcode = 'SL003';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.protect(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy own_project on %s using (project_id = (select current_project())) with check (project_id = (select current_project()))',
    target);
end $function$;

CREATE OR REPLACE FUNCTION public.record_intent(project text, intent jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  fresh operations;
  party jsonb := coalesce(intent -> 'party', '{}');
begin
  perform set_config('sluice.project', project, true);
  insert into operations (id, project_id, kind, needs_decision, state, coin_id, issuer_id, organization_id, amount, bank_id, platform,
      asked_by, idempotency_key, body_hash, return_of, return_reference)
    values (intent ->> 'id', project, intent ->> 'kind', (intent ->> 'needsDecision')::boolean, 'received', intent ->> 'coin',
      intent ->> 'issuer', intent ->> 'organization', (intent ->> 'amount')::numeric, intent ->> 'bank', intent ->> 'platform',
      intent ->> 'askedBy', intent ->> 'key', decode(intent ->> 'bodyHash', 'hex'), intent ->> 'returnOf', intent ->> 'returnReference')
    on conflict do nothing returning * into fresh;
  if fresh.id is null then
    select * into fresh from operations where id = intent ->> 'id'
      or (asked_by = intent ->> 'askedBy' and idempotency_key = intent ->> 'key')
      or (platform = intent ->> 'platform' and return_reference = intent ->> 'returnReference');
    return jsonb_build_object('operation', fresh.id, 'isNew', false,
      'sameBody', fresh.body_hash is not distinct from decode(intent ->> 'bodyHash', 'hex'));
  end if;
  insert into project_of (id, project_id) values (fresh.id, project) on conflict do nothing;
  insert into operation_parties (operation_id, project_id, full_name, iban, account_number, description, bank_details)
    values (fresh.id, project, party ->> 'fullName', party ->> 'iban', party ->> 'accountNumber', party ->> 'description',
      party -> 'bankDetails');
  return jsonb_build_object('operation', fresh.id, 'isNew', true, 'sameBody', true);
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_overdrafts(work step_verdict[], deltas step_delta[])
 RETURNS step_verdict[]
 LANGUAGE plpgsql
AS $function$
declare
  first_bad int;
begin
  loop
    select r.ord into first_bad from (
        select d.ord, d.posted - d.held as change, b.floor,
            b.posted - b.held + sum(d.posted - d.held) over (partition by d.account order by d.ord) as available
          from unnest(deltas) d join balances b on b.account_id = d.account and b.shard = 0
          where d.strict and work[d.ord].outcome = 'applied'
      ) r where r.change < 0 and r.available < r.floor order by r.ord limit 1;
    exit when not found;
    work[first_bad].outcome := 'refused';
    work[first_bad].refusal := 'exceeds_available_balance';
    work[first_bad].to_state := coalesce(work[first_bad].body ->> 'refusedTo', work[first_bad].from_state);
    work[first_bad].stored := work[first_bad].body ? 'refusedTo' or work[first_bad].verb is not null;
  end loop;
  return work;
end $function$;

CREATE OR REPLACE FUNCTION public.return_refusal(operation operations)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  original operations;
  returned numeric;
begin
  select * into original from operations where id = operation.return_of;
  if original.state <> 'processed' then return 'original_not_processed'; end if;
  select coalesce(sum(amount), 0) into returned
    from operations where return_of = original.id and state = 'processed';
  if returned + operation.amount > original.amount then return 'return_exceeds_original'; end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.set_account_active(project text, account text, wanted boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('sluice.project', project, true);
  if wanted and exists (select 1 from coins where id = account and closed_at is not null) then
    raise exception 'coin % is closed', account using errcode = 'SL004';
  end if;
  update balances set active = wanted where account_id = account;
end $function$;

CREATE OR REPLACE FUNCTION public.set_decide_by(project text, work step_verdict[])
 RETURNS step_verdict[]
 LANGUAGE plpgsql
AS $function$
declare
  expires_ms bigint := (select decision_expires_ms from projects where projects.id = project);
begin
  for i in 1 .. coalesce(array_length(work, 1), 0) loop
    if work[i].outcome = 'applied' and work[i].to_state = 'awaiting_decision' and work[i].decide_by is null then
      work[i].decide_by := now() + expires_ms * interval '1 millisecond';
    end if;
  end loop;
  return work;
end $function$;

CREATE OR REPLACE FUNCTION public.step_answers(work step_verdict[])
 RETURNS jsonb
 LANGUAGE sql
AS $function$
  select jsonb_agg(jsonb_build_object('operation', w.operation, 'step', w.step, 'outcome', w.outcome, 'refusal', w.refusal,
      'from', w.from_state, 'to', w.to_state, 'state', case when w.outcome = 'repeated' then (w.found).state else w.to_state end,
      'decideInMs', greatest(0, ceil(extract(epoch from w.decide_by - now()) * 1000))::bigint) order by w.ord)
    from unnest(work) w
$function$;

CREATE OR REPLACE FUNCTION public.step_deltas(steps jsonb)
 RETURNS step_delta[]
 LANGUAGE plpgsql
AS $function$
begin
  return array(select row(m.ord, m.account, a.strict, m.posted, m.held)::step_delta from (
      select ord::int, account, sum(posted) as posted, sum(held) as held from (
        select s.ord, l ->> 'from' as account, -(l ->> 'amount')::numeric as posted, 0 as held
          from jsonb_array_elements(steps) with ordinality s (body, ord), jsonb_array_elements(s.body -> 'legs') l
        union all select s.ord, l ->> 'to', (l ->> 'amount')::numeric, 0
          from jsonb_array_elements(steps) with ordinality s (body, ord), jsonb_array_elements(s.body -> 'legs') l
        union all select s.ord, s.body -> 'hold' ->> 'account', 0,
            case s.body -> 'hold' ->> 'action' when 'place' then 1 else -1 end * (s.body -> 'hold' ->> 'amount')::numeric
          from jsonb_array_elements(steps) with ordinality s (body, ord) where s.body ? 'hold'
      ) movement group by ord, account
    ) m join book_accounts a on a.id = m.account);
end $function$;

CREATE OR REPLACE FUNCTION public.write_book(project text, work step_verdict[], deltas step_delta[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into holds (operation_id, project_id, account_id, amount, state)
    select w.operation, project, w.body -> 'hold' ->> 'account', (w.body -> 'hold' ->> 'amount')::numeric, 'placed'
      from unnest(work) w where w.outcome = 'applied' and w.body -> 'hold' ->> 'action' = 'place' order by w.ord;
  update holds h set ended_at = now(),
      state = case w.body -> 'hold' ->> 'action' when 'capture' then 'captured' else 'released' end
    from unnest(work) w
    where h.operation_id = w.operation and h.state = 'placed' and w.outcome = 'applied'
      and w.body -> 'hold' ->> 'action' in ('capture', 'release');
  insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, balance_after)
    select project, e.operation, e.step, e.leg, e.type, e.account, a.issuer_id, e.amount,
        case when a.strict then b.posted + sum(e.amount) over (partition by e.account order by e.ord, e.leg, e.side) end
      from (
        -- offset 0 keeps the account a plain column, which the policies let near an index.
        select w.ord, w.operation, w.step, l.leg::int, l.body ->> 'type' as type, s.side,
            case s.side when 1 then l.body ->> 'from' else l.body ->> 'to' end as account,
            case s.side when 1 then -(l.body ->> 'amount')::numeric else (l.body ->> 'amount')::numeric end as amount
          from unnest(work) w
            cross join lateral jsonb_array_elements(w.body -> 'legs') with ordinality l (body, leg)
            cross join (values (1), (2)) s (side)
          where w.outcome = 'applied' offset 0
      ) e
        join book_accounts a on a.id = e.account
        left join balances b on b.account_id = e.account and b.shard = 0 and a.strict
      order by e.ord, e.leg, e.side;
  update balances b set posted = b.posted + d.posted, held = b.held + d.held, version = b.version + 1
    from (select account, sum(posted) as posted, sum(held) as held from unnest(deltas)
        where strict and work[ord].outcome = 'applied' group by account) d
    where b.account_id = d.account and b.shard = 0;
  insert into balances as b (account_id, shard, project_id, posted)
    select account, 1 + pg_backend_pid() % 16, project, sum(posted) from unnest(deltas)
      where not strict and work[ord].outcome = 'applied' group by account order by account
    on conflict (account_id, shard) do update set posted = b.posted + excluded.posted, version = b.version + 1;
end $function$;

CREATE OR REPLACE FUNCTION public.write_decisions(project text, work step_verdict[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  w step_verdict;
begin
  foreach w in array work loop
    continue when w.ticket is null;
    update tickets t set outcome = w.outcome, refusal = w.refusal, used_at = now()
      where t.id = w.ticket and t.operation_id = w.operation and t.outcome is null;
    continue when w.outcome <> 'applied';
    insert into decisions (operation_id, person_id, verb, project_id, asked_by, ticket_id)
      values (w.operation, w.person, w.verb, project, (w.found).asked_by, w.ticket);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.write_events(project text, work step_verdict[], source text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  rows jsonb;
begin
  insert into outbox_events (project_id, type, operation_id, payload)
    select project, (w.found).kind || '.' || w.to_state, w.operation,
        jsonb_build_object('operation', w.operation, 'step', w.step, 'from', w.from_state, 'to', w.to_state, 'refusal', w.refusal)
      from unnest(work) w where w.stored and w.from_state <> w.to_state order by w.ord;
  select jsonb_agg(jsonb_build_object(
        'actor', coalesce(w.person, case when w.step = 'register' then (w.found).asked_by end), 'source', source,
        'action', 'operation.' || split_part(w.step, ':', 1) || coalesce('.' || w.verb, ''),
        'subjectType', 'operation', 'subjectId', w.operation,
        'before', jsonb_build_object('state', w.from_state),
        'after', jsonb_strip_nulls(jsonb_build_object('state', w.to_state, 'outcome', w.outcome, 'refusal', w.refusal,
          'kind', (w.found).kind, 'amount', (w.found).amount::text, 'issuer', (w.found).issuer_id, 'ticket', w.ticket))) order by w.ord)
    into rows from unnest(work) w where w.stored;
  if rows is not null then
    perform append_audit(project, rows);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.write_operations(project text, work step_verdict[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  w step_verdict;
  detail jsonb;
begin
  insert into steps (operation_id, step, project_id, outcome, refusal, from_state, to_state, actor_id)
    select v.operation, v.step, project, v.outcome, v.refusal, v.from_state, v.to_state, v.person
      from unnest(work) v where v.stored order by v.ord;
  -- Row by row, each by its key: a join would be planned by the size the tables had when they were empty.
  foreach w in array work loop
    continue when not w.stored or (w.outcome <> 'applied' and w.to_state = w.from_state);
    detail := case when w.ticket is not null then (select t.detail from tickets t where t.id = w.ticket) end;
    update operations o set
        state = w.to_state,
        state_since = case when o.state = w.to_state then o.state_since else now() end,
        registered_at = coalesce(o.registered_at, now()),
        refusal = case when w.outcome = 'refused' then w.refusal else o.refusal end,
        reason = coalesce(w.body -> 'set' ->> 'reason', detail ->> 'reason', o.reason),
        platform = coalesce(w.body -> 'set' ->> 'platform', o.platform),
        platform_reference = coalesce(w.body -> 'set' ->> 'platformReference', detail ->> 'bankReference', o.platform_reference),
        platform_at = coalesce((w.body -> 'set' ->> 'platformAt')::timestamptz, o.platform_at),
        decide_by = w.decide_by,
        updated_at = now()
      where o.id = w.operation;
  end loop;
end $function$;

-- Constraints

alter table audit_heads add constraint audit_heads_pkey PRIMARY KEY (project_id);
alter table audit_rows add constraint audit_rows_pkey PRIMARY KEY (project_id, seq);
alter table balances add constraint above_floor CHECK (((floor IS NULL) OR ((posted - held) >= floor)));
alter table balances add constraint balances_held_check CHECK ((held >= (0)::numeric));
alter table balances add constraint balances_pkey PRIMARY KEY (account_id, shard);
alter table bank_accounts add constraint bank_accounts_check CHECK (((iban IS NOT NULL) OR (account_number IS NOT NULL)));
alter table bank_accounts add constraint bank_accounts_coin_id_bank_id_iban_account_number_key UNIQUE NULLS NOT DISTINCT (coin_id, bank_id, iban, account_number);
alter table bank_accounts add constraint bank_accounts_pkey PRIMARY KEY (id);
alter table bank_accounts add constraint bank_accounts_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'REJECTED'::text])));
alter table bank_accounts add constraint four_eyes CHECK ((decided_by <> made_by));
alter table banks add constraint banks_pkey PRIMARY KEY (id);
alter table banks add constraint banks_project_id_bic_key UNIQUE (project_id, bic);
alter table banks add constraint banks_project_id_swift_key UNIQUE (project_id, swift);
alter table book_accounts add constraint book_accounts_pkey PRIMARY KEY (id);
alter table book_accounts add constraint book_accounts_usage_check CHECK ((usage = ANY (ARRAY['circulation'::text, 'accounting'::text])));
alter table coins add constraint coins_pkey PRIMARY KEY (id);
alter table coins add constraint coins_project_id_serial_key UNIQUE (project_id, serial);
alter table coins add constraint coins_serial_check CHECK ((serial ~ '^[A-Z0-9-]{4,34}$'::text));
alter table currencies add constraint currencies_code_check CHECK ((code ~ '^[A-Z0-9]{2,12}$'::text));
alter table currencies add constraint currencies_fraction_check CHECK (((fraction >= 0) AND (fraction <= 18)));
alter table currencies add constraint currencies_pkey PRIMARY KEY (id);
alter table currencies add constraint currencies_project_id_code_key UNIQUE (project_id, code);
alter table decisions add constraint decisions_pkey PRIMARY KEY (operation_id, person_id, verb);
alter table decisions add constraint decisions_ticket_id_key UNIQUE (ticket_id);
alter table decisions add constraint four_eyes CHECK ((person_id <> asked_by));
alter table holds add constraint holds_amount_check CHECK ((amount > (0)::numeric));
alter table holds add constraint holds_pkey PRIMARY KEY (operation_id);
alter table holds add constraint holds_state_check CHECK ((state = ANY (ARRAY['placed'::text, 'captured'::text, 'released'::text])));
alter table inbox add constraint inbox_operation_id_key UNIQUE (operation_id);
alter table inbox add constraint inbox_pkey PRIMARY KEY (id);
alter table inbox add constraint inbox_project_id_platform_event_id_key UNIQUE (project_id, platform, event_id);
alter table issuers add constraint issuers_pkey PRIMARY KEY (id);
alter table issuers add constraint issuers_project_id_sn_prefix_key UNIQUE (project_id, sn_prefix);
alter table issuers add constraint issuers_sn_prefix_check CHECK ((sn_prefix ~ '^[A-Z0-9]{1,8}$'::text));
alter table login_attempts add constraint login_attempts_failed_check CHECK ((failed > 0));
alter table login_attempts add constraint login_attempts_pkey PRIMARY KEY (login_hash);
alter table members add constraint members_pkey PRIMARY KEY (id);
alter table members add constraint members_project_id_person_id_key UNIQUE (project_id, person_id);
alter table messages add constraint messages_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text])));
alter table messages add constraint messages_pkey PRIMARY KEY (id);
alter table one_time_codes add constraint one_time_codes_pkey PRIMARY KEY (login);
alter table one_time_codes add constraint one_time_codes_tries_left_check CHECK ((tries_left >= 0));
alter table operation_parties add constraint operation_parties_pkey PRIMARY KEY (operation_id);
alter table operations add constraint operations_amount_check CHECK ((amount > (0)::numeric));
alter table operations add constraint operations_check CHECK (((kind <> 'transfer'::text) OR (counter_coin_id IS NOT NULL)));
alter table operations add constraint operations_check1 CHECK (((kind = 'return'::text) = (return_of IS NOT NULL)));
alter table operations add constraint operations_kind_check CHECK ((kind = ANY (ARRAY['top_up'::text, 'withdrawal'::text, 'transfer'::text, 'return'::text])));
alter table operations add constraint operations_pkey PRIMARY KEY (id);
alter table operations add constraint operations_project_id_id_asked_by_key UNIQUE (project_id, id, asked_by);
alter table operations add constraint operations_request_identifier_key UNIQUE (request_identifier);
alter table operations add constraint operations_state_check CHECK ((state = ANY (ARRAY['received'::text, 'refused'::text, 'awaiting_decision'::text, 'paying_out'::text, 'payout_unknown'::text, 'awaiting_reference'::text, 'processed'::text, 'declined'::text, 'failed'::text])));
alter table organizations add constraint organizations_identification_status_check CHECK ((identification_status = ANY (ARRAY['none'::text, 'pending'::text, 'approved'::text, 'declined'::text, 'review_required'::text, 'not_available'::text])));
alter table organizations add constraint organizations_legal_type_check CHECK ((legal_type = ANY (ARRAY['individual'::text, 'corporation'::text])));
alter table organizations add constraint organizations_pkey PRIMARY KEY (id);
alter table organizations add constraint organizations_type_check CHECK ((type = ANY (ARRAY['system'::text, 'individual'::text, 'merchant'::text, 'cash_desk'::text, 'support'::text])));
alter table outbox_events add constraint outbox_events_pkey PRIMARY KEY (id);
alter table payout_sends add constraint payout_sends_pkey PRIMARY KEY (operation_id, send);
alter table people add constraint people_login_check CHECK ((login = lower(login)));
alter table people add constraint people_login_key UNIQUE (login);
alter table people add constraint people_pkey PRIMARY KEY (id);
alter table person_projects add constraint person_projects_pkey PRIMARY KEY (person_id, project_id);
alter table platform_answers add constraint platform_answers_call_check CHECK ((call = ANY (ARRAY['send'::text, 'look_up'::text])));
alter table platform_answers add constraint platform_answers_kind_check CHECK ((kind = ANY (ARRAY['confirmed'::text, 'refused'::text, 'pending'::text, 'unknown'::text, 'absent'::text, 'returned'::text])));
alter table platform_answers add constraint platform_answers_pkey PRIMARY KEY (id);
alter table postings add constraint postings_amount_check CHECK ((amount <> (0)::numeric));
alter table postings add constraint postings_pkey PRIMARY KEY (id);
alter table postings add constraint postings_type_check CHECK ((type = ANY (ARRAY['transfer'::text, 'issue'::text, 'redeem'::text, 'capture'::text, 'reversal'::text, 'commission'::text])));
alter table project_of add constraint project_of_pkey PRIMARY KEY (id);
alter table projects add constraint projects_decision_expires_ms_check CHECK ((decision_expires_ms > 0));
alter table projects add constraint projects_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text));
alter table projects add constraint projects_key_key UNIQUE (key);
alter table projects add constraint projects_pkey PRIMARY KEY (id);
alter table schema_migrations add constraint schema_migrations_pkey PRIMARY KEY (name);
alter table steps add constraint steps_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'refused'::text, 'late'::text])));
alter table steps add constraint steps_pkey PRIMARY KEY (operation_id, step);
alter table stray_workflows add constraint stray_workflows_pkey PRIMARY KEY (id);
alter table stray_workflows add constraint stray_workflows_workflow_id_run_id_what_key UNIQUE (workflow_id, run_id, what);
alter table tickets add constraint tickets_delivery_check CHECK ((delivery = ANY (ARRAY['api'::text, 'carried'::text])));
alter table tickets add constraint tickets_pkey PRIMARY KEY (id);
alter table tickets add constraint tickets_verb_check CHECK ((verb = ANY (ARRAY['accept'::text, 'decline'::text, 'confirm_payout'::text, 'refuse_payout'::text])));
alter table tokens add constraint tokens_pkey PRIMARY KEY (token_hash);
alter table audit_heads add constraint audit_heads_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table audit_rows add constraint audit_rows_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table balances add constraint balances_account_id_fkey FOREIGN KEY (account_id) REFERENCES book_accounts(id);
alter table balances add constraint balances_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table bank_accounts add constraint bank_accounts_bank_id_fkey FOREIGN KEY (bank_id) REFERENCES banks(id);
alter table bank_accounts add constraint bank_accounts_coin_id_fkey FOREIGN KEY (coin_id) REFERENCES coins(id);
alter table bank_accounts add constraint bank_accounts_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES people(id);
alter table bank_accounts add constraint bank_accounts_made_by_fkey FOREIGN KEY (made_by) REFERENCES people(id);
alter table bank_accounts add constraint bank_accounts_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table bank_accounts add constraint bank_accounts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table banks add constraint banks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table book_accounts add constraint book_accounts_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table book_accounts add constraint book_accounts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table coins add constraint coins_created_by_fkey FOREIGN KEY (created_by) REFERENCES people(id);
alter table coins add constraint coins_id_fkey FOREIGN KEY (id) REFERENCES book_accounts(id);
alter table coins add constraint coins_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table coins add constraint coins_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table coins add constraint coins_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table currencies add constraint currencies_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table decisions add constraint decisions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table decisions add constraint decisions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table decisions add constraint decisions_project_id_operation_id_asked_by_fkey FOREIGN KEY (project_id, operation_id, asked_by) REFERENCES operations(project_id, id, asked_by);
alter table decisions add constraint decisions_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id);
alter table holds add constraint holds_account_id_fkey FOREIGN KEY (account_id) REFERENCES book_accounts(id);
alter table inbox add constraint inbox_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table issuers add constraint issuers_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES currencies(id);
alter table issuers add constraint issuers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table members add constraint members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table members add constraint members_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table members add constraint members_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table messages add constraint messages_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table one_time_codes add constraint one_time_codes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table operation_parties add constraint operation_parties_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table operation_parties add constraint operation_parties_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table operations add constraint operations_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES people(id);
alter table operations add constraint operations_bank_id_fkey FOREIGN KEY (bank_id) REFERENCES banks(id);
alter table operations add constraint operations_coin_id_fkey FOREIGN KEY (coin_id) REFERENCES coins(id);
alter table operations add constraint operations_counter_coin_id_fkey FOREIGN KEY (counter_coin_id) REFERENCES coins(id);
alter table operations add constraint operations_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES issuers(id);
alter table operations add constraint operations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);
alter table operations add constraint operations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table operations add constraint operations_return_of_fkey FOREIGN KEY (return_of) REFERENCES operations(id);
alter table organizations add constraint organizations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table outbox_events add constraint outbox_events_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table payout_sends add constraint payout_sends_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table payout_sends add constraint payout_sends_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table person_projects add constraint person_projects_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table person_projects add constraint person_projects_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table platform_answers add constraint platform_answers_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table platform_answers add constraint platform_answers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table postings add constraint postings_account_id_fkey FOREIGN KEY (account_id) REFERENCES book_accounts(id);
alter table project_of add constraint project_of_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table steps add constraint steps_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES people(id);
alter table steps add constraint steps_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table steps add constraint steps_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table tickets add constraint tickets_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES operations(id);
alter table tickets add constraint tickets_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table tickets add constraint tickets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table tokens add constraint tokens_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id);
alter table tokens add constraint tokens_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);

-- Indexes

CREATE UNIQUE INDEX a_return_once ON public.operations USING btree (project_id, platform, return_reference) WHERE (return_reference IS NOT NULL);
CREATE INDEX audit_by_actor ON public.audit_rows USING btree (project_id, actor_id, seq);
CREATE INDEX audit_by_subject ON public.audit_rows USING btree (project_id, subject_id, seq);
CREATE INDEX bank_accounts_of_coin ON public.bank_accounts USING btree (coin_id);
CREATE INDEX bank_accounts_of_person ON public.bank_accounts USING btree (project_id, person_id);
CREATE INDEX coins_of_organization ON public.coins USING btree (organization_id);
CREATE INDEX inbox_to_handle ON public.inbox USING btree (project_id, created_at) WHERE (handled_at IS NULL);
CREATE INDEX login_attempts_by_age ON public.login_attempts USING btree (failed_at);
CREATE INDEX members_by_age ON public.members USING btree (project_id, created_at);
CREATE INDEX members_of_organization ON public.members USING btree (organization_id);
CREATE INDEX messages_to ON public.messages USING btree (project_id, recipient, id DESC);
CREATE UNIQUE INDEX one_coin_of_an_issuer ON public.coins USING btree (organization_id, issuer_id) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX one_default_bank_account ON public.bank_accounts USING btree (coin_id) WHERE is_default;
CREATE UNIQUE INDEX one_default_project ON public.person_projects USING btree (person_id) WHERE is_default;
CREATE UNIQUE INDEX one_main_coin ON public.coins USING btree (organization_id) WHERE (main AND (closed_at IS NULL));
CREATE UNIQUE INDEX one_main_currency ON public.currencies USING btree (project_id) WHERE is_main;
CREATE UNIQUE INDEX one_operation_per_key ON public.operations USING btree (project_id, asked_by, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE UNIQUE INDEX one_system_account_of_a_type ON public.book_accounts USING btree (issuer_id, type) WHERE (NOT strict);
CREATE INDEX operations_newest ON public.operations USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX operations_of_coin ON public.operations USING btree (coin_id, created_at DESC);
CREATE INDEX operations_of_organization ON public.operations USING btree (organization_id, created_at DESC);
CREATE INDEX operations_open ON public.operations USING btree (project_id, state, state_since) WHERE (state = ANY (ARRAY['received'::text, 'awaiting_decision'::text, 'paying_out'::text, 'payout_unknown'::text, 'awaiting_reference'::text]));
CREATE INDEX operations_to_coin ON public.operations USING btree (counter_coin_id, created_at DESC) WHERE (counter_coin_id IS NOT NULL);
CREATE INDEX organizations_by_type ON public.organizations USING btree (project_id, type, created_at);
CREATE INDEX outbox_of_operation ON public.outbox_events USING btree (operation_id, id);
CREATE INDEX platform_answers_of_operation ON public.platform_answers USING btree (operation_id, id);
CREATE INDEX postings_of_account ON public.postings USING btree (account_id, id);
CREATE INDEX postings_of_operation ON public.postings USING btree (operation_id, id);
CREATE INDEX tickets_of_operation ON public.tickets USING btree (operation_id);
CREATE INDEX tickets_to_deliver ON public.tickets USING btree (project_id, deliver_at) WHERE ((outcome IS NULL) AND (delivery = 'api'::text));
CREATE INDEX tokens_of_person ON public.tokens USING btree (person_id);

-- Row-level security

alter table audit_heads enable row level security;
alter table audit_heads force row level security;
alter table audit_rows enable row level security;
alter table audit_rows force row level security;
alter table balances enable row level security;
alter table balances force row level security;
alter table bank_accounts enable row level security;
alter table bank_accounts force row level security;
alter table banks enable row level security;
alter table banks force row level security;
alter table book_accounts enable row level security;
alter table book_accounts force row level security;
alter table coins enable row level security;
alter table coins force row level security;
alter table currencies enable row level security;
alter table currencies force row level security;
alter table decisions enable row level security;
alter table decisions force row level security;
alter table holds enable row level security;
alter table holds force row level security;
alter table inbox enable row level security;
alter table inbox force row level security;
alter table issuers enable row level security;
alter table issuers force row level security;
alter table members enable row level security;
alter table members force row level security;
alter table messages enable row level security;
alter table messages force row level security;
alter table operation_parties enable row level security;
alter table operation_parties force row level security;
alter table operations enable row level security;
alter table operations force row level security;
alter table organizations enable row level security;
alter table organizations force row level security;
alter table outbox_events enable row level security;
alter table outbox_events force row level security;
alter table payout_sends enable row level security;
alter table payout_sends force row level security;
alter table platform_answers enable row level security;
alter table platform_answers force row level security;
alter table postings enable row level security;
alter table postings force row level security;
alter table steps enable row level security;
alter table steps force row level security;
alter table tickets enable row level security;
alter table tickets force row level security;

-- Policies

create policy own_project on audit_heads as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on audit_rows as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on balances as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on bank_accounts as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on banks as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on book_accounts as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on coins as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on currencies as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on decisions as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on holds as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on inbox as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on issuers as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on members as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on messages as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on operation_parties as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on operations as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on organizations as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on outbox_events as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on payout_sends as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on platform_answers as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on postings as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on steps as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));
create policy own_project on tickets as permissive for all to public using ((project_id = ( SELECT current_project() AS current_project))) with check ((project_id = ( SELECT current_project() AS current_project)));

-- Triggers

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.audit_rows FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.audit_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.outbox_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.outbox_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.platform_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.platform_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_sum_to_zero AFTER INSERT ON public.postings REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION postings_sum_to_zero();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.steps FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
