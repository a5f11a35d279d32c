package dev.archivist.db.migrate;

import static java.util.stream.Collectors.joining;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;

/** What the first migration needs, asked for before anything is made. */
final class Preflight {
  private Preflight() {}

  private record Lack(String what, String remedy) {}

  /**
   * Lets only go on who may do all that the first migration does.
   *
   * @param presets those that will be installed
   * @throws ArchiveFailure {@code ZA012} with everything that the role may not do, and the
   *     statements that let it
   */
  static void require(Database database, List<Preset> presets) {
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
}
