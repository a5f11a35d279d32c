-- Counted in UTC, as cutoffs are.
SELECT ({clock} AT TIME ZONE 'UTC' - keep_for) AT TIME ZONE 'UTC'
FROM archive.policies
WHERE name = ? AND keep_for IS NOT NULL
