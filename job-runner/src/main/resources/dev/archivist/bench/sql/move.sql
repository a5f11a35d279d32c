-- Other ways to move rows, to compare with.

-- name: columns
id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii, token_count, sqs_blocks

-- name: old
received_at < now() - interval '365 days'

-- name: in_one_statement
WITH gone AS (
  DELETE FROM public.scenario_logs WHERE "{old}" RETURNING "{columns}"
)
INSERT INTO public.scenario_logs_archive ("{columns}")
SELECT "{columns}" FROM gone

-- name: counting
WITH gone AS (
  DELETE FROM public.scenario_logs WHERE "{old}" RETURNING "{columns}"
),
months AS MATERIALIZED (
  SELECT date_trunc('month', received_at, 'UTC'), "{counts}"
  FROM gone
  GROUP BY 1
)
INSERT INTO public.scenario_logs_archive ("{columns}")
SELECT "{columns}" FROM gone WHERE (SELECT count(months) FROM months) > 0

-- name: counts
count(*), sum("{bytes}"), min(received_at), max(received_at)

-- name: digests
sum("{digest_a}"), sum("{digest_b}")

-- name: client_select
SELECT "{columns}" FROM public.scenario_logs WHERE "{old}" ORDER BY received_at LIMIT ? FOR UPDATE

-- name: client_insert
INSERT INTO public.scenario_logs_archive ("{columns}") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: client_delete
DELETE FROM public.scenario_logs WHERE id = ?
