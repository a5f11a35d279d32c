SELECT DISTINCT to_char(date_trunc('month', picked.at, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD')
FROM (
{pick}
) picked
