package dev.archivist.document;

import java.util.List;

/**
 * What a migration did.
 *
 * @param executed how many migrations ran
 * @param version the schema's version now
 * @param host where the engine runs now: runner or in-database
 * @param remarks what else is to be known
 */
public record MigrateSummary(int executed, String version, String host, List<String> remarks) {
  public MigrateSummary {
    remarks = List.copyOf(remarks);
  }
}
