package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;

/**
 * A row of {@code archive.policies}.
 *
 * @param id second key of the policy's advisory lock
 * @param name how users call it; the {@code job_type} of its jobs
 * @param kind what happens to old rows
 * @param source the live table
 * @param archive the archive table
 * @param time the column by which rows age, {@code timestamptz}
 * @param batchRows most rows that one transaction moves
 * @param enabled whether it runs with {@code --all} and at night
 */
public record Policy(
    int id,
    String name,
    PolicyKind kind,
    QualifiedName source,
    QualifiedName archive,
    Identifier time,
    int batchRows,
    boolean enabled) {}
