-- What can be wrong with a database.

-- name: server
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number

-- name: clock
SELECT clock_timestamp()

-- name: open_managers
-- Whoever may call these can run code of his own in the database.
SELECT DISTINCT p.proname::text
FROM pg_proc p
WHERE p.pronamespace = to_regnamespace('sqlj')
  AND p.proname IN ('install_jar', 'replace_jar', 'remove_jar', 'set_classpath')
  AND has_function_privilege('public', p.oid, 'EXECUTE')
ORDER BY 1
