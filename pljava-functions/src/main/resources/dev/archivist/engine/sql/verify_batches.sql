journal.batch IS NULL
    OR (journal.rows, journal.source_rows, journal.bytes, journal.source_bytes, journal.digest_a, journal.digest_b)
      IS DISTINCT FROM (coalesce(data.rows, 0), coalesce(data.source_rows, 0), coalesce(data.bytes, 0),
        coalesce(data.bytes, 0), coalesce(data.digest_a, 0), coalesce(data.digest_b, 0))
    OR (data.first_archived, data.last_archived) <> (journal.archived_at, journal.archived_at)
    OR (NOT journal.restored AND (data.oldest, data.newest) <> (journal.oldest, journal.newest))
