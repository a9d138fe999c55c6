#!/bin/sh
# Runs once, in a new database: one role owns Webster's tables, another one works with them.
set -eu
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" \
  --set owner_password="$POSTGRES_OWNER_PASSWORD" --set app_password="$POSTGRES_APP_PASSWORD" <<'SQL'
create role webster_owner login password :'owner_password';
create role webster_app login password :'app_password';
create database webster owner webster_owner encoding 'UTF8' template template0;
SQL
