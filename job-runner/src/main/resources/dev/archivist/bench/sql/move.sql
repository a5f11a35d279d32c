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

-- name: hashing
-- As counting does it, with a hash of each row that the sums share.
WITH gone AS (
  DELETE FROM public.scenario_logs WHERE "{old}" RETURNING "{columns}"
),
months AS MATERIALIZED (
  SELECT date_trunc('month', received_at, 'UTC'), "{counts}"
  FROM (SELECT gone.*, "{hash}" AS hash FROM gone OFFSET 0) AS gone
  GROUP BY 1
)
INSERT INTO public.scenario_logs_archive ("{columns}")
SELECT "{columns}" FROM gone WHERE (SELECT count(months) FROM months) > 0

-- name: hash
sha256(record_send(ROW("{columns}")))

-- name: keyed_hash
-- HMAC-SHA-256; its key, here 64 times 0, has been mixed into both constants.
sha256(decode(repeat('5c', 64), 'hex')
  || sha256(decode(repeat('36', 64), 'hex') || record_send(ROW("{columns}"))))

-- name: hexadecimal
encode("{hash}", 'hex')

-- name: long_sums
sum(('x' || substr(hash, 1, 16))::bit(64)::bigint), sum(('x' || substr(hash, 17, 16))::bit(64)::bigint),
  sum(('x' || substr(hash, 33, 16))::bit(64)::bigint), sum(('x' || substr(hash, 49, 16))::bit(64)::bigint)

-- name: seal
sha256(string_agg(hash, '' ORDER BY hash))

-- name: client_select
SELECT "{columns}" FROM public.scenario_logs WHERE "{old}" ORDER BY received_at LIMIT ? FOR UPDATE

-- name: client_insert
INSERT INTO public.scenario_logs_archive ("{columns}") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: client_delete
DELETE FROM public.scenario_logs WHERE id = ?
