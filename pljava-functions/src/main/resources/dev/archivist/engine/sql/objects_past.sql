SELECT kept.{key} AS id
  FROM {archive} AS kept
  WHERE kept.object_expires_at IS NULL AND NOT {held}
    AND kept.{time} < (SELECT ({clock} AT TIME ZONE 'UTC' - policy.object_keep_for) AT TIME ZONE 'UTC'
      FROM archive.policies policy WHERE policy.name = ?)
  LIMIT ?
