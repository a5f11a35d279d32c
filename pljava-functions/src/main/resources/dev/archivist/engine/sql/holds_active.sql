SELECT hold_id::text, kind, nullif(from_time, '-infinity') AS from_time, nullif(to_time, 'infinity') AS to_time,
  matching::text, until, reason
FROM archive.active_holds
WHERE policy_id = ?
ORDER BY made_at, hold_id
