SELECT EXISTS (SELECT FROM {source} AS live WHERE live.{key} = ?::uuid)
