-- Stores that change hands.

-- name: may_take_over
SELECT pg_catalog.pg_has_role(current_user, 'archive_owner', 'USAGE'), current_user::text

-- name: take_over
INSERT INTO archive.take_overs (place, previous_owner) VALUES (?, ?) RETURNING archive.audit_at_once()
