package dev.archivist.db;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether this program and a database's schema belong together.
 *
 * @param schema what the schema says of itself; empty if it says nothing
 */
public record SchemaFit(Optional<SchemaStamp> schema) {
  /** How a schema stands to this program. */
  private enum Relation {
    FITS,
    OLDER,
    NEWER,
    /** Others' functions, and which are newer cannot be told. */
    DIFFERS,
    /** Never migrated, uninstalled, or not migrated to the end. */
    ABSENT
  }

  static SchemaFit of(String comment) {
    return new SchemaFit(SchemaStamp.in(comment));
  }

  /**
   * Lets only go on whose schema is the one that this program makes.
   *
   * @throws ArchiveFailure {@code ZA010} if {@code archivist migrate} has to run first, {@code
   *     ZA050} if the schema is newer than this program
   */
  public void require() {
    refusal().ifPresent(SchemaFit::refuse);
  }

  /**
   * Lets also go on who is to make the schema, or make it newer.
   *
   * @throws ArchiveFailure {@code ZA050} if it is newer than this program
   */
  public void requireNotNewer() {
    refusal()
        .filter(each -> each.error() == ArchiveError.SCHEMA_NEWER)
        .ifPresent(SchemaFit::refuse);
  }

  /** Whether there is a schema that says what it is. */
  public boolean isMigrated() {
    return schema.isPresent();
  }

  private static void refuse(ArchiveFailure refusal) {
    throw refusal;
  }

  private Optional<ArchiveFailure> refusal() {
    SchemaStamp ours = SchemaStamp.ofThisProgram();
    String theirs =
        schema.map(made -> made.version() + ", made by program " + made.program()).orElse("");
    return switch (relation(ours)) {
      case FITS -> Optional.empty();
      case ABSENT ->
          Optional.of(
              toMigrate(
                  "the database is not as this version needs it: schema archive is missing, or"
                      + " was not migrated to the end",
                  "Run archivist migrate."));
      case OLDER ->
          Optional.of(
              toMigrate(
                  "the schema is older than this program: it has version %s; the program, %s, needs"
                          .formatted(theirs, ours.program())
                      + " version "
                      + ours.version(),
                  "Run archivist migrate."));
      case DIFFERS ->
          Optional.of(
              toMigrate(
                  "the functions of the schema are not those of this program, though both call"
                      + " themselves version "
                      + theirs,
                  "Run archivist migrate with the program that is to be used from now on."));
      case NEWER ->
          Optional.of(
              new ArchiveFailure(
                  ArchiveError.SCHEMA_NEWER,
                  "this program is older than the schema: the schema has version %s; the program,"
                          .formatted(theirs)
                      + " %s, knows version %d".formatted(ours.program(), ours.version()),
                  "Use a newer program: the one that made the schema, or a later one."));
    };
  }

  private static ArchiveFailure toMigrate(String what, String hint) {
    return new ArchiveFailure(ArchiveError.SCHEMA_NOT_MIGRATED, what, hint);
  }

  private Relation relation(SchemaStamp ours) {
    if (schema.isEmpty()) {
      return Relation.ABSENT;
    }
    SchemaStamp theirs = schema.get();
    int order = Integer.compare(theirs.version(), ours.version());
    if (order == 0 && theirs.functions().equals(ours.functions()) && hasOurEngine(theirs)) {
      return Relation.FITS;
    }
    if (order == 0) {
      order = Arrays.compare(numbers(theirs.program()), numbers(ours.program()));
    }
    return order < 0 ? Relation.OLDER : order > 0 ? Relation.NEWER : Relation.DIFFERS;
  }

  /** The jar is read only where the database has one. */
  private static boolean hasOurEngine(SchemaStamp theirs) {
    return theirs.engine().isEmpty()
        || theirs.engine().get().equals(EngineJar.ofThisProgram().shortHash());
  }

  /** Of 1.10.0-SNAPSHOT 1, 10 and 0; none of a program that was not packaged. */
  private static int[] numbers(String version) {
    return Arrays.stream(version.split("[-+]", 2)[0].split("\\."))
        .filter(part -> part.matches("\\d{1,9}"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
