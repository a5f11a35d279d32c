package dev.archivist.document;

import java.util.UUID;

/**
 * The mark that a job leaves in the object store before it changes anything there.
 *
 * @param policy the job's policy
 * @param job the job's id
 * @param timeline the database's timeline then, as eight hexadecimal digits
 */
public record JobMark(String policy, UUID job, String timeline) {}
