WITH gone AS (
  DELETE FROM {archive} AS kept WHERE {which} RETURNING *
),
binned AS (
  INSERT INTO {table} SELECT * FROM gone RETURNING s3_location
),
objects AS (
  INSERT INTO archive.bin_objects (bin_id, location)
  SELECT DISTINCT ?::uuid, s3_location FROM binned
)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM binned) AS binned
