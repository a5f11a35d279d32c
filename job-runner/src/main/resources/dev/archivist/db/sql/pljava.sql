-- PL/Java: whether the server has it, and the engine's jars in it.

-- name: inspect
SELECT e.default_version, e.installed_version, r.rolsuper AS superuser,
  (
    SELECT s.setting
    FROM (
      SELECT unnest(d.setconfig) AS setting
      FROM pg_db_role_setting d
      WHERE d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        AND d.setrole = 0
    ) s
    WHERE s.setting LIKE 'pljava.libjvm_location=%'
    LIMIT 1
  ) AS libjvm_setting,
  nullif(current_setting('pljava.libjvm_location', true), '') AS libjvm,
  current_database() AS database
FROM pg_roles r
LEFT JOIN pg_available_extensions e ON e.name = 'pljava'
WHERE r.rolname = current_user

-- name: find_libjvm
-- Debian's, Red Hat's and the images' places; a version that keeps PL/Java's sandbox first.
SELECT path
FROM (
  SELECT '/usr/lib/jvm/' || d || '/lib/server/libjvm.so' AS path
  FROM pg_ls_dir('/usr/lib/jvm', true, false) AS d
  WHERE (pg_stat_file('/usr/lib/jvm/' || d, true)).isdir
  OFFSET 0
) p
WHERE (pg_stat_file(path, true)).size IS NOT NULL
ORDER BY path ~ '17' DESC, path ~ '21' DESC, path
LIMIT 1

-- name: create
CREATE EXTENSION pljava

-- name: has_jars
SELECT to_regclass('sqlj.jar_repository') IS NOT NULL

-- name: jars
SELECT jarname
FROM sqlj.jar_repository
WHERE starts_with(jarname, ?)
ORDER BY jarid

-- name: classpath
SELECT sqlj.get_classpath('archive')

-- name: install_jar
SELECT sqlj.install_jar(decode(?, 'hex'), ?, false)

-- name: set_classpath
SELECT sqlj.set_classpath('archive', ?)

-- name: remove_jar
SELECT sqlj.remove_jar(?, false)

-- name: grant_use
GRANT USAGE ON SCHEMA sqlj TO archive_owner

-- name: close_managers
-- Whoever may call these can run code of his own in the database.
DO $$
DECLARE
  manager regprocedure;
BEGIN
  FOR manager IN
    SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'sqlj'::regnamespace AND p.prokind = 'f'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', manager);
  END LOOP;
END $$

-- name: validate
-- As CREATE FUNCTION would: every class and method is looked up in the jar.
DO $$
DECLARE
  call text;
BEGIN
  FOR call IN
    SELECT format('SELECT %s(%s)', l.lanvalidator::regproc, p.oid)
    FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname = 'java' AND p.pronamespace = 'archive'::regnamespace
  LOOP
    EXECUTE call;
  END LOOP;
END $$

-- name: forget_jar
DELETE FROM archive.engine_jar

-- name: record_jar
INSERT INTO archive.engine_jar (name, version, sha256, bytes) VALUES (?, ?, ?, ?)
