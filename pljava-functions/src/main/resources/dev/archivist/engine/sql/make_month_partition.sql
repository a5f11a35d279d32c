SELECT archive.make_month_partition(?, ?::date)
