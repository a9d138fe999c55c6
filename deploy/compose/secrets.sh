#!/bin/sh
# Adds what compose.yaml requires to .env beside it, each made at random; what is there already stays.
set -eu
umask 077
file="$(dirname "$0")/../../.env"
touch "$file"
for name in WEBSTER_SECRET POSTGRES_PASSWORD POSTGRES_OWNER_PASSWORD POSTGRES_APP_PASSWORD; do
  grep -q "^$name=." "$file" && continue
  echo "$name=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >> "$file"
  echo "made $name"
done
