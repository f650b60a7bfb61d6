-- The bare limit: what Postgres does with the same transfer when nothing is asked of it but to post it.
create schema plain;

create table plain.accounts (id text primary key, balance numeric(38, 0) not null default 0 check (balance >= 0));
create table plain.operations (
  id text primary key,
  from_account text not null references plain.accounts,
  to_account text not null references plain.accounts,
  amount numeric(38, 0) not null check (amount > 0),
  created_at timestamptz not null default now()
);
create table plain.entries (
  id bigint generated always as identity primary key,
  operation_id text not null references plain.operations,
  account_id text not null references plain.accounts,
  amount numeric(38, 0) not null
);

-- Locks in the order of ids, as every book must, or two transfers in opposite directions end in a deadlock.
create function plain.post_transfer(operation text, source text, target text, amount numeric) returns void language plpgsql as $$
begin
  perform 1 from plain.accounts a where a.id in (source, target) order by a.id for update;
  insert into plain.operations values (operation, source, target, amount);
  insert into plain.entries (operation_id, account_id, amount) values (operation, source, -amount), (operation, target, amount);
  update plain.accounts a set balance = a.balance - post_transfer.amount where a.id = source;
  update plain.accounts a set balance = a.balance + post_transfer.amount where a.id = target;
end $$;
