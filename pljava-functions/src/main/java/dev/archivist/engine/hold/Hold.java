package dev.archivist.engine.hold;

import java.time.OffsetDateTime;

/**
 * Rows that are to stay where they are.
 *
 * @param id its key in {@code archive.holds}
 * @param kind {@code legal}, or {@code restore} if it was made with restored rows
 * @param position the policy's table that {@code matching} is about
 * @param from first instant; null from the beginning
 * @param to first instant that is not held any more; null to the end
 * @param matching JSON object of the columns and values that a held row has; null holds all of the
 *     range
 * @param until when it ends by itself; null if it has to be released
 * @param reason why
 */
public record Hold(
    String id,
    String kind,
    int position,
    OffsetDateTime from,
    OffsetDateTime to,
    String matching,
    OffsetDateTime until,
    String reason) {}
