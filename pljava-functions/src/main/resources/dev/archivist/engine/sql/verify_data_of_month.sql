kept.{time} >= ?::date::timestamp AT TIME ZONE 'UTC'
    AND kept.{time} <= ((?::date + interval '1 month') AT TIME ZONE 'UTC') - interval '1 microsecond'
