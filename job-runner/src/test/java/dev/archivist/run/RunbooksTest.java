package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.catalog.Month;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.PurgeJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the runbooks tell people to ask the database, asked while a purge has left a month on its
 * way to the bin.
 */
class RunbooksTest {
  private static final Path DIRECTORY = Path.of("..", "ops", "runbooks");
  private static final Pattern FENCED =
      Pattern.compile("^ *```sql\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern INLINE = Pattern.compile("`((?:SELECT|UPDATE archive)\\s[^`]*)`");

  /** What the reader puts in: an id, or a name. */
  private static final Pattern GAP = Pattern.compile("'(?:…|<job>)'");

  private static PurgeWorld world;
  private static PurgeJob purge;
  private static UUID job;

  @TempDir static Path home;

  @BeforeAll
  static void leaveAMonthDetaching() {
    world = new PurgeWorld();
    world.logs(5, "2019-05");
    world.archive("logs");
    purge = PurgeJob.open(world.db.database(), "logs");
    job = purge.begin("{}").id();
    assertThat(purge.record(Month.ofFirstDay("2019-05-01"))).isPresent();
  }

  @AfterAll
  static void drop() {
    purge.close();
    world.close();
  }

  private static Stream<String> found(Pattern pattern) throws IOException {
    try (Stream<Path> pages = Files.list(DIRECTORY)) {
      return pages.sorted().toList().stream()
          .flatMap(page -> pattern.matcher(read(page)).results())
          .map(each -> GAP.matcher(each.group(1)).replaceAll("'" + job + "'"))
          .toList()
          .stream();
    }
  }

  static Stream<String> queries() throws IOException {
    return found(FENCED);
  }

  /** Those within a sentence, but for the ones that leave more to the reader than a value. */
  static Stream<String> mentions() throws IOException {
    return found(INLINE).filter(query -> !query.contains("…"));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everyQueryIsAnswered(String query) {
    assertThat(sql(query).code()).as(sql(query).err()).isZero();
  }

  /** Planned only, for one of them cancels what runs. */
  @ParameterizedTest
  @MethodSource("mentions")
  void everyQueryInASentenceFitsTheSchema(String query) {
    assertThat(world.db.rows("EXPLAIN " + query)).isNotEmpty();
  }

  @Test
  void theRunningJobIsShownWithItsSession() throws IOException {
    String running = onlyOne(queries().flatMap(RunbooksTest::statements), "-- what runs now");
    String pid = world.db.value("SELECT session_pid FROM archive_jobs WHERE status = 'running'");

    assertThat(world.db.rows(running)).singleElement().asList().contains("logs", pid);
  }

  @Test
  void theMonthOnItsWayIsShownWithItsTable() throws IOException {
    String detaching = onlyOne(queries().flatMap(RunbooksTest::statements), "'detaching'");

    assertThat(world.db.rows(detaching))
        .singleElement()
        .asList()
        .contains("logs", "2019-05-01", "attached")
        .last()
        .asString()
        .startsWith("logs_2019_05");
  }

  private static Stream<String> statements(String block) {
    return Stream.of(block.split(";\n"));
  }

  private static String onlyOne(Stream<String> statements, String part) {
    List<String> found = statements.filter(each -> each.contains(part)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Archivist.Result sql(String query) {
    return Archivist.on(world.db, home).run("sql", "--", query);
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
