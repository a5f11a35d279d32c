UPDATE archive.bin AS bin SET state = 'binned', binned_at = {clock},
  drop_after = ({clock} AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC'
FROM archive.policies policy
WHERE bin.bin_id = ?::uuid AND policy.name = bin.policy
