SELECT archive.finish_detach(?, ?::date)
