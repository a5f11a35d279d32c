coalesce(octet_length({form}), 0)
