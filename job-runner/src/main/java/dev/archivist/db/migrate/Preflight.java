package dev.archivist.db.migrate;

import static java.util.stream.Collectors.joining;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;

/** What a migration needs and must not meet, asked for before anything is made. */
final class Preflight {
  private Preflight() {}

  /** How many of the things in a schema are named. */
  private static final int SHOWN = 3;

  private record Lack(String what, String remedy) {}

  /**
   * Lets only go on who may do all that the first migration does, where nothing is in its way.
   *
   * @param presets those that will be installed
   * @throws ArchiveFailure {@code ZA012} with everything that the role may not do, and the
   *     statements that let it; {@code ZA004} if a schema of ours is somebody else's, or one of our
   *     roles may log in or do more than was granted to it
   */
  static void require(Database database, List<Preset> presets) {
    requireOwnSchemas(database);
    requirePlainRoles(database);
    String tables =
        presets.stream()
            .flatMap(preset -> preset.liveTables().stream())
            .collect(joining(",", "{", "}"));
    List<Lack> lacks =
        database.looking(
            connection ->
                Statements.query(connection, "migration.lacks")
                    .bind(database.settings().appSchema(), tables)
                    .list(row -> new Lack(row.getString("what"), row.getString("remedy"))));
    if (!lacks.isEmpty()) {
      throw new ArchiveFailure(
          ArchiveError.PRIVILEGE_MISSING,
          "this role may not "
              + lacks.stream().map(Lack::what).collect(joining("; may not "))
              + "; nothing was made",
          "As a superuser, or whoever may grant it: "
              + lacks.stream().map(Lack::remedy).collect(joining(" "))
              + " Or let a superuser migrate.");
    }
  }

  /**
   * Only who may act as an owner gives things back to the role that they belong to.
   *
   * @throws ArchiveFailure {@code ZA012} if this role may not
   */
  static void requireOwner(Database database) {
    database
        .looking(
            connection ->
                Statements.query(connection, "migration.stranger")
                    .first(row -> row.getString("owner")))
        .ifPresent(
            owner -> {
              throw new ArchiveFailure(
                  ArchiveError.PRIVILEGE_MISSING,
                  "schema archive belongs to %s, and this role may not act as it; nothing was made"
                      .formatted(owner),
                  "If a dump was restored without its owners, let a superuser migrate: it gives"
                      + " everything back to Archivist's roles.");
            });
  }

  private static void requireOwnSchemas(Database database) {
    record Found(String name, String owner, List<String> things) {}
    List<Found> schemas =
        database.looking(
            connection ->
                Statements.query(connection, "migration.schemas_of_others")
                    .list(
                        row ->
                            new Found(
                                row.getString("name"),
                                row.getString("owner"),
                                List.of((String[]) row.getArray("things").getArray()))));
    if (schemas.isEmpty()) {
      return;
    }
    Found first = schemas.get(0);
    boolean isEmpty = first.things().isEmpty();
    int more = first.things().size() - SHOWN;
    String things =
        isEmpty
            ? "it belongs to " + first.owner()
            : first.things().stream().limit(SHOWN).collect(joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    throw new ArchiveFailure(
        ArchiveError.POLICY_REFUSED,
        "schema %s is there already, and Archivist did not make it: %s; nothing was made"
            .formatted(first.name(), things),
        isEmpty
            ? "As its owner or superuser: DROP SCHEMA %s; then migrate again."
                .formatted(first.name())
            : "Archivist keeps its own tables and functions in schemas archive and archive_bin. If"
                + " somebody uses this one, rename it (ALTER SCHEMA %s RENAME TO another;) or let Archivist"
                    .formatted(first.name())
                + " work in another database; if Archivist was here before, restore the schema as"
                + " the backup has it; if nobody needs it, drop it.");
  }

  /** Else who has the password has everything that was granted to the role. */
  private static void requirePlainRoles(Database database) {
    record Found(String name, String attributes, String remedy) {}
    List<Found> roles =
        database.looking(
            connection ->
                Statements.query(connection, "migration.powerful_roles")
                    .list(
                        row ->
                            new Found(
                                row.getString("name"),
                                String.join(", ", (String[]) row.getArray("attributes").getArray()),
                                row.getString("remedy"))));
    if (!roles.isEmpty()) {
      throw new ArchiveFailure(
          ArchiveError.POLICY_REFUSED,
          roles.stream()
                  .map(role -> "role " + role.name() + " has " + role.attributes())
                  .collect(joining("; "))
              + "; nothing was made",
          "Archivist's roles only hold rights: logins are members of them. As superuser: "
              + roles.stream().map(Found::remedy).collect(joining(" ")));
    }
  }
}
