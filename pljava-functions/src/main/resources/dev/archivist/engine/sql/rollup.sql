-- How samples become values.

-- name: hour
date_trunc('hour', "{time}", 'UTC')

-- name: day
date_trunc('day', "{time}", 'UTC')

-- name: week
date_trunc('week', "{time}", 'UTC')

-- name: month
date_trunc('month', "{time}", 'UTC')

-- name: hourly
'hourly'

-- name: daily
'daily'

-- name: weekly
'weekly'

-- name: monthly
'monthly'

-- name: exact
"{value}"::numeric

-- name: shortest
-- The shortest decimal number that stands for this one and no other; the cast to numeric keeps 15 digits. It takes
-- extra_float_digits, which job.settings fixes.
"{value}"::text::numeric

-- name: countable
-- A sample that the archive has no column to count stays live: RowFailures.
CASE WHEN "{number}" IN ("{uncounted}")
    THEN archive.raise_error('23514', 'the sample is no finite number, and the archive has no column that counts such', '', '')::text::numeric
    ELSE "{number}" END

-- name: nan
'NaN'

-- name: infinity
'Infinity'

-- name: minus_infinity
'-Infinity'

-- name: is_finite
"{number}" NOT IN ('NaN', 'Infinity', '-Infinity')

-- name: average
-- Where no sample is a finite number, there is none.
coalesce("{sum}" / nullif("{count}", 0), 'NaN')

-- name: average_of_real
-- Nearer to zero than the type can say is zero to it.
CASE WHEN abs("{sum}" / nullif("{count}", 0)) < 7.1e-46 THEN 0 ELSE coalesce("{sum}" / nullif("{count}", 0), 'NaN') END

-- name: average_of_double
CASE WHEN abs("{sum}" / nullif("{count}", 0)) < 2.5e-324 THEN 0 ELSE coalesce("{sum}" / nullif("{count}", 0), 'NaN') END

-- name: sum
archivist_sum

-- name: finite
archivist_finite

-- name: merged_sum
(kept.value_sum + excluded.value_sum)

-- name: merged_finite
(kept.sample_count + excluded.sample_count/* {others} */)

-- name: merged_others
 - coalesce(kept."{count}", 0) - coalesce(excluded."{count}", 0)

-- name: column_of_count
, "{count}"

-- name: grouped_count
, grouped.archivist_/* {count} */

-- name: merged_count
,
    "{count}" = coalesce(kept."{count}" + excluded."{count}", kept."{count}", excluded."{count}")

-- name: uncounted
-- Old samples that the archive has no column to count.
SELECT count(*) FILTER (WHERE "{number}" = 'NaN'), count(*) FILTER (WHERE "{number}" = 'Infinity'),
  count(*) FILTER (WHERE "{number}" = '-Infinity')
FROM "{source}" AS live
WHERE live."{time}" >= ? AND live."{time}" < ?
