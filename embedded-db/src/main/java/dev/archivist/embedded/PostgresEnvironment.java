package dev.archivist.embedded;

import java.io.File;

/** What PostgreSQL's programs get to see of the environment of the program that starts them. */
final class PostgresEnvironment {
  private PostgresEnvironment() {}

  /** Takes away the variables that would change what they do, such as {@code PGDATA}. */
  static ProcessBuilder clean(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    return builder.redirectInput(new File("/dev/null"));
  }
}
