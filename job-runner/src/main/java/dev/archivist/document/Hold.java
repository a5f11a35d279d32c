package dev.archivist.document;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;

/**
 * Rows that are to stay where they are.
 *
 * @param hold its id
 * @param policy the policy whose rows are held
 * @param kind legal or restore
 * @param from first instant that is held; null from the beginning
 * @param to first instant that is not held any more; null to the end
 * @param table the live table that matching is about, with its schema; of a family, it may be a
 *     descendant, which then keeps its root
 * @param matching columns and the values that a held row has; null holds all of the range
 * @param until when it ends by itself; null if it has to be released
 * @param reason why
 * @param madeBy the login that made it
 * @param madeAt when
 * @param active whether it is in force
 */
public record Hold(
    UUID hold,
    String policy,
    String kind,
    OffsetDateTime from,
    OffsetDateTime to,
    String table,
    Map<String, Object> matching,
    OffsetDateTime until,
    String reason,
    String madeBy,
    OffsetDateTime madeAt,
    boolean active) {}
