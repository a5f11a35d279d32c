SELECT archive.restore_options(?, ?::jsonb)::text
