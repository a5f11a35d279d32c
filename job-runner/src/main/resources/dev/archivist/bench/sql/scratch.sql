-- The database that the benchmark measures in.

-- name: drop
DROP DATABASE IF EXISTS "{database}" WITH (FORCE)

-- name: create
CREATE DATABASE "{database}"

-- name: no_timeout
SET statement_timeout = 0

-- name: partitions
SELECT archive.make_month_partition('logs', month::date)
FROM generate_series(date_trunc('month', now() - interval '3 years', 'UTC'), now(), interval '1 month') AS month

-- name: empty
TRUNCATE public.scenario_logs, public.scenario_logs_archive, archive.ledger, archive.batches

-- name: fill
-- Rows of about 300 bytes, evenly over three years.
INSERT INTO public.scenario_logs
SELECT gen_random_uuid(), md5((g % 12)::text)::uuid,
  now() - interval '3 years' + g * interval '3 years' / given.rows,
  encode(sha256(g::text::bytea), 'hex'), 'GET /scenario/' || g || ' ' || repeat('x', g % 200),
  'api-gateway', 100 + g % 1000, g % 7 = 0, g % 50, 1
FROM (SELECT ?::integer AS rows) AS given, generate_series(1, given.rows) AS g

-- name: vacuum
VACUUM (ANALYZE) public.scenario_logs

-- name: checkpoint
CHECKPOINT

-- name: archived
SELECT count(*) FROM public.scenario_logs_archive
