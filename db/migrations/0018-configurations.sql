-- What a project says of itself: its types of accounts, networks of cryptocurrencies, and sub-types of transactions. The label is what
-- others name it by, and stays; details are what its section has besides.
create table configuration_items (
  id text primary key,
  project_id text not null references projects,
  section text not null check (section in ('account_types', 'networks', 'transaction_sub_types')),
  label text not null check (label ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  name text not null check (length(name) between 1 and 200),
  details jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, section, label)
);
select protect('configuration_items');
