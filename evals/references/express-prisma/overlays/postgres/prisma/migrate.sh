#!/bin/sh
# Does what `prisma migrate deploy` does, which wants a native engine: applies the migrations that the database does not
# have, each in a transaction of its own, and writes them down in Prisma's own table. Two at once wait for each other.
set -eu
cd "$(dirname "$0")/migrations"

DIGEST='console.log(crypto.createHash("sha256").update(fs.readFileSync(process.argv[1])).digest("hex"))'
for folder in */; do
  name=${folder%/}
  checksum=$(node -e "$DIGEST" "$name/migration.sql")
  psql "$DATABASE_URL" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set name="$name" --set checksum="$checksum" \
    --single-transaction --file - <<'SQL'
SET client_min_messages = warning;
SELECT pg_advisory_xact_lock(72707369) \g /dev/null
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
);
SELECT NOT EXISTS (SELECT FROM "_prisma_migrations" WHERE "migration_name" = :'name') AS missing \gset
\if :missing
\set file :name /migration.sql
\i :file
INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at", "applied_steps_count")
VALUES (gen_random_uuid(), :'checksum', :'name', clock_timestamp(), 1);
\echo Applied :name
\endif
SQL
done
