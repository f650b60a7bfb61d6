#!/bin/sh
# Run once by the Postgres image, over an empty volume: the roles and databases of Sluice and of Temporal.
# None of the roles is a superuser or bypasses row-level security; the migrations run as sluice_owner.
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --set=owner_password="$SLUICE_OWNER_PASSWORD" \
  --set=app_password="$SLUICE_APP_PASSWORD" \
  --set=temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role sluice_owner login nosuperuser nobypassrls nocreaterole createdb password :'owner_password';
create role sluice_app login nosuperuser nobypassrls nocreaterole nocreatedb password :'app_password';
create role temporal login nosuperuser nobypassrls nocreaterole nocreatedb password :'temporal_password';
create database sluice owner sluice_owner;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database sluice, temporal, temporal_visibility from public;
grant connect on database sluice to sluice_app;
SQL
