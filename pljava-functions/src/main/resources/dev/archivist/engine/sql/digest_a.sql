hashint8extended(hash_record_extended(ROW({row}), 1), 2)
