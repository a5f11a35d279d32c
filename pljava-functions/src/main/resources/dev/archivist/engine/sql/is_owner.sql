SELECT pg_catalog.pg_has_role(current_user, 'archive_owner', 'USAGE'), current_user::text
