hashint4extended(1, hash_record_extended(ROW({row}), 1))
