SELECT rows, bytes, digest_a::text AS digest_a, digest_b::text AS digest_b
FROM archive.ledger
WHERE policy = ? AND month = ?::date
