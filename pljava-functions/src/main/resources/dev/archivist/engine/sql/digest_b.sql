hashint4extended(2, hash_record_extended(ROW({row}), 2))
