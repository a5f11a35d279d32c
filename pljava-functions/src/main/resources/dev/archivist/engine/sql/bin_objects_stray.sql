WITH gone AS (
  DELETE FROM archive.bin_objects WHERE bin_id = ?::uuid RETURNING location
)
INSERT INTO archive.stray_objects (location, policy)
SELECT location, ? FROM gone
ON CONFLICT (location) DO NOTHING
