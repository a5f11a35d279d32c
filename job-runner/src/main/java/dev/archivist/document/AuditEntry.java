package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;

/**
 * Who did what.
 *
 * @param entry its number in the chain
 * @param at when
 * @param who the login
 * @param application what the session called itself
 * @param what what was done
 * @param policy the policy it was done to; null if to none
 * @param details what the entry says besides, an object
 */
public record AuditEntry(
    long entry,
    OffsetDateTime at,
    String who,
    String application,
    String what,
    String policy,
    Details details) {

  /** An object that the database wrote, as text. */
  public record Details(String json) {
    @JsonValue
    Object content() {
      return Json.read(json, Object.class);
    }
  }
}
