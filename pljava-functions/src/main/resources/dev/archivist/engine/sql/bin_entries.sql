SELECT bin_id::text AS id, policy, to_char(month, 'YYYY-MM-DD') AS month, table_name, partition_name, state,
  rows, bytes, digest_a::text AS digest_a, digest_b::text AS digest_b, binned_at, drop_after,
  coalesce(drop_after <= {clock}, false) AS due,
  coalesce(archive.bin_place(bin_id), 'nowhere') AS place
FROM archive.bin
WHERE state IN ('detaching', 'binned') AND {which}
ORDER BY policy, month, begun_at
