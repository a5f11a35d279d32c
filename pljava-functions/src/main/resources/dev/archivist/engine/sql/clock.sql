coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now())
