-- What is in the bin can come back.
SELECT EXISTS (SELECT FROM {archive} WHERE s3_location = ?)
  OR EXISTS (SELECT FROM archive.bin_objects WHERE location = ?)
