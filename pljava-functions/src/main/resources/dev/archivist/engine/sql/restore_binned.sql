SELECT to_char(binned.month, 'YYYY-MM') AS month, binned.bin_id::text
FROM archive.bin AS binned
WHERE binned.policy = ? AND binned.state = 'binned'
  AND binned.month::timestamp AT TIME ZONE 'UTC' < ?
  AND (binned.month + interval '1 month') AT TIME ZONE 'UTC' > ?
ORDER BY binned.month, binned.binned_at
