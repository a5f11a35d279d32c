SELECT old.{key}::text AS key, old.{time} AS at, old.{file} AS file, old.{format} AS format,
  old.xmin::text || ' ' || old.ctid::text AS version
FROM {source} AS old
WHERE old.{time} < ? AND (old.{time}, old.{key}) > (?::timestamptz, ?::uuid)
  AND NOT {held}
ORDER BY old.{time}, old.{key}
LIMIT ?
