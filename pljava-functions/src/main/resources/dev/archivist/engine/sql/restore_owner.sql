SELECT pg_catalog.pg_has_role('archive_owner', 'USAGE') AS is_owner, current_user::text AS role
