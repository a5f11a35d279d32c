-- What a purge says outside of a transaction.

-- name: detach
ALTER TABLE "{archive}" DETACH PARTITION "{partition}" CONCURRENTLY

-- name: share_archive
LOCK TABLE ONLY "{archive}" IN ACCESS SHARE MODE
