SELECT live.{file}
FROM {source} AS live
WHERE right(live.{file}, length(?)) = ?
