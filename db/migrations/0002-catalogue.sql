-- What an administrator sets up before money can move.

create table currencies (
  id text primary key,
  project_id text not null references projects,
  code text not null check (code ~ '^[A-Z0-9]{2,12}$'),
  digital_code text not null,
  symbol text not null,
  name text not null,
  description text,
  sn_prefix text,
  fraction int not null check (fraction between 0 and 18),
  kind text not null default 'fiat' check (kind in ('fiat', 'crypto', 'custom')),
  active boolean not null default true,
  is_main boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, code)
);
create unique index one_main_currency on currencies (project_id) where is_main;
select protect('currencies');

-- One issue of one currency: the unit of value that the book balances in.
create table issuers (
  id text primary key,
  project_id text not null references projects,
  currency_id text not null references currencies,
  sn bigint generated always as identity,
  sn_prefix text not null check (sn_prefix ~ '^[A-Z0-9]{1,8}$'),
  name text not null,
  description text,
  active boolean not null default true,
  order_number int,
  order_quote int,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, sn_prefix)
);
select protect('issuers');
select never_deleted('issuers');

create table banks (
  id text primary key,
  project_id text not null references projects,
  name text not null,
  address text,
  bic text not null,
  swift text not null,
  city text,
  country text,
  zip_code text,
  platform text,
  created_at timestamptz not null default now(),
  unique (project_id, bic),
  unique (project_id, swift)
);
select protect('banks');

create sequence coin_numbers start 1;
