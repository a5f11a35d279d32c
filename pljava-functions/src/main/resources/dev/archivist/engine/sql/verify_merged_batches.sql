journal.batch IS NULL
