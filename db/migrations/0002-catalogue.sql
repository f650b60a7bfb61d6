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
comment on table currencies is
  'A row is a currency of a project; fraction is the number of decimal places of its minor unit.';
create unique index one_main_currency on currencies (project_id) where is_main;
select protect('currencies');

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
comment on table issuers is 'A row is one issue of a currency: the unit of value that the book balances in.';
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
comment on table banks is 'A row is a bank that money comes in by or goes out by.';
select protect('banks');

create table configuration_items (
  id text primary key,
  project_id text not null references projects,
  section text not null check (section in ('account_types', 'networks', 'transaction_sub_types')),
  -- Others name the item by it, so it never changes.
  label text not null check (label ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  name text not null check (length(name) between 1 and 200),
  -- What items of this section have besides.
  details jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, section, label)
);
comment on table configuration_items is
  'A row is an account type, a network of cryptocurrencies, or a sub-type of transactions that a project has defined.';
select protect('configuration_items');
