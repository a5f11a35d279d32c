coalesce({size}, 0)
