SELECT EXISTS (
  SELECT
  FROM {archive} AS kept
  WHERE kept.{time} >= ? AND kept.{time} < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true))
