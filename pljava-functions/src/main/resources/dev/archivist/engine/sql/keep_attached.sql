SELECT archive.keep_attached(?)
