coalesce(kept.sample_count, 1)
