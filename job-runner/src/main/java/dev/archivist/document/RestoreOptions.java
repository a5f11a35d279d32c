package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.OffsetDateTime;
import java.util.Map;

/**
 * What is to be restored. What was not asked for is left out.
 *
 * @param from first instant, by the policy's time column
 * @param to first instant that stays archived
 * @param into the table that gets a copy; without it rows go back to the live table
 * @param hold how long what comes back is held, as PostgreSQL reads intervals; 0 not at all
 * @param where columns and the values that a row must have
 */
public record RestoreOptions(
    OffsetDateTime from,
    OffsetDateTime to,
    @JsonInclude(JsonInclude.Include.NON_NULL) String into,
    @JsonInclude(JsonInclude.Include.NON_NULL) String hold,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> where) {}
