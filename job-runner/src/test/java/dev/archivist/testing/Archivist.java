package dev.archivist.testing;

import dev.archivist.cli.ArchivistCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The program with an environment of its own, called in this JVM. */
public final class Archivist {
  private final Map<String, String> environment;

  private Archivist(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** On this database, with its state, reports and store below the home. */
  public static Archivist on(TestDatabase database, Path home) {
    return in(home).with("DATABASE_URL", database.url());
  }

  /** With its state below the home, and nothing else configured. */
  public static Archivist in(Path home) {
    return new Archivist(Map.of("ARCHIVIST_HOME", home.toString()));
  }

  /** The same with one more variable. */
  public Archivist with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Archivist(more);
  }

  public Map<String, String> environment() {
    return environment;
  }

  /** Exit code, standard output and standard error. */
  public record Result(int code, String out, String err) {}

  public Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        ArchivistCommand.execute(
            environment, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }
}
