package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import java.util.Optional;

/**
 * Where a row says which file is its content, and where that goes.
 *
 * @param key uuid that names the object
 * @param file path of the file below the reports' root
 * @param size the file's recorded size in bytes, if the table has one
 * @param format the file's format, its extension
 * @param objectPrefix first part of the object's key
 * @param codec {@code zstd} or {@code gzip}
 */
public record FileColumns(
    Identifier key,
    Identifier file,
    Optional<Identifier> size,
    Identifier format,
    String objectPrefix,
    String codec) {}
