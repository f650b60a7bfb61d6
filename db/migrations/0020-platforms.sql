-- External systems that keep clients' balances, and what was asked of them.

create table platforms (
  id text primary key,
  project_id text not null references projects,
  label text not null,
  name text not null check (length(name) between 1 and 200),
  urls jsonb not null,
  -- By field: when it was set, and the value sealed with this row's data key, which is sealed with the one that key_id names.
  -- Never read back by anybody.
  credentials jsonb not null,
  data_key bytea not null,
  key_id text not null,
  -- Grows with each change, so that those who hold it open open it again.
  version int not null default 1,
  created_by text references people,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Kept for the assets that were closed on it; its credentials are gone.
  removed_at timestamptz
);
create unique index one_platform_of_a_label on platforms (project_id, label) where removed_at is null;
select protect('platforms');
select never_deleted('platforms');

alter table coins
  add column platform_id text references platforms,
  -- What the platform calls the account that this asset's balance is kept in. Neither ever changes.
  add column platform_account text check (length(platform_account) between 1 and 200),
  -- What the platform last said, and when we asked.
  add column platform_balance numeric(38, 0),
  add column platform_balance_at timestamptz,
  add constraint kept_somewhere check ((platform_id is null) = (platform_account is null));
create unique index one_asset_of_a_place on coins (platform_id, platform_account, issuer_id) where platform_id is not null and closed_at is null;

drop index one_coin_of_an_issuer;
create unique index one_coin_of_an_issuer on coins (organization_id, account_id, issuer_id, platform_id) nulls not distinct where closed_at is null;
