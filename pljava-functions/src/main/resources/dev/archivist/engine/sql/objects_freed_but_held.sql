SELECT kept.s3_location
FROM {archive} AS kept
WHERE pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL AND {held}
ORDER BY kept.s3_location
