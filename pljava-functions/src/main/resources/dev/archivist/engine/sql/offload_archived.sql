SELECT EXISTS (SELECT FROM {archive} AS kept WHERE kept.{key} = ?::uuid)
