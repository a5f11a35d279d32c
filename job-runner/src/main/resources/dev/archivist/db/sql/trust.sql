-- Functions of others that somebody vouches for.

-- name: trust
SELECT archive.trust(?, ?)

-- name: revoke
SELECT archive.revoke_trust(?)

-- name: list
SELECT f.routine, f.trusted_by, f.trusted_at, f.reason,
  CASE
    WHEN pg_catalog.to_regprocedure(f.routine) IS NULL THEN 'gone'
    WHEN archive.function_definition(pg_catalog.to_regprocedure(f.routine)) <> f.definition THEN 'changed'
    WHEN voucher.oid IS NULL THEN 'voucher-gone'
    WHEN voucher.rolsuper THEN 'trusted'
    ELSE 'trusted-by-role'
  END AS state
FROM archive.trusted_functions AS f
LEFT JOIN pg_catalog.pg_roles AS voucher ON voucher.oid = f.trusted_by_oid AND voucher.rolname = f.trusted_by
ORDER BY f.routine, f.trusted_by
