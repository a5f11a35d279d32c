package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.EngineJar;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Host;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;

/** Replacing the engine in a database that is in use. */
@NeedsPlJava
class EngineUpgradeTest {
  /** What every error of the engine goes through, in the file that has it. */
  private static final String RAISE = "SELECT archive.raise_error(?, ?, ?, ?)";

  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
    LiveData.logs(db, 300);
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  @Test
  void aNewJarReplacesTheOldAndItsHashAndVersionAreKept() {
    EngineJar next = nextVersion();

    Migrations.Result result = migrations(next).migrate();

    assertThat(result.executed()).isEqualTo(3);
    assertThat(db.rows("SELECT version, sha256, bytes FROM archive.engine_jar").toString())
        .isEqualTo("[[9.9, " + next.sha256() + ", " + next.bytes().length + "]]");
    assertThat(db.value("SELECT sqlj.get_classpath('archive')"))
        .isEqualTo(db.value("SELECT name FROM archive.engine_jar"));
    assertThat(migrations(next).migrate().executed()).isZero();
  }

  @Test
  void theJarBeforeTheLastIsRemoved() {
    migrations(nextVersion("[2]")).migrate();
    migrations(nextVersion("[3]")).migrate();

    assertThat(db.number("SELECT count(*) FROM sqlj.jar_repository")).isEqualTo(2);
    assertThat(
            db.number(
                "SELECT count(*) FROM sqlj.jar_repository WHERE jarname = ?",
                EngineJar.ofThisProgram().name()))
        .isZero();
  }

  @Test
  void anEngineCanBeTakenBackToTheOneBefore() throws SQLException {
    migrations(nextVersion()).migrate();

    new Migrations(db.database()).migrate();

    assertThat(db.value("SELECT sha256 FROM archive.engine_jar"))
        .isEqualTo(EngineJar.ofThisProgram().sha256());
    try (Connection fresh = db.connect()) {
      assertThat(sentence(fresh)).isEqualTo("no policy is named \"nope\"");
    }
  }

  @Test
  void aSessionThatIsInUseIsNamedAndGoesOnWithTheOldEngineUntilItReconnects() throws SQLException {
    try (Connection live = db.connect()) {
      execute(live, "SET application_name = 'the application'");
      assertThat(sentence(live)).isEqualTo("no policy is named \"nope\"");

      Migrations.Result result = migrations(nextVersion()).migrate();

      assertThat(result.remarks())
          .anyMatch(
              remark -> remark.contains("the application") && remark.contains("must reconnect"));
      assertThat(sentence(live)).isEqualTo("no policy is named \"nope\"");
      execute(live, "CALL archive.run('logs')");
    }
    try (Connection fresh = db.connect()) {
      assertThat(sentence(fresh)).isEqualTo("[next] no policy is named \"nope\"");
    }
    assertThat(db.value("SELECT archive.verify('logs') ->> 'ok'")).isEqualTo("true");
  }

  @Test
  void nobodyIsAskedToReconnectWhenNothingChanged() throws SQLException {
    try (Connection live = db.connect()) {
      sentence(live);

      assertThat(new Migrations(db.database()).migrate().remarks()).isEmpty();
    }
  }

  @Test
  void anEngineIsNotReplacedWhileAJobRuns() throws SQLException {
    String before = db.rows("SELECT * FROM archive.engine_jar").toString();
    try (Connection job = db.connect()) {
      execute(job, "SELECT archive.begin_job('logs')");

      assertThatThrownBy(() -> migrations(nextVersion()).migrate())
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> {
                assertThat(failure.error()).isEqualTo(ArchiveError.POLICY_HELD);
                assertThat(failure.error().exitCode()).isEqualTo(4);
                assertThat(failure).hasMessageContaining("\"logs\" has a running job");
              });
      assertThat(db.rows("SELECT * FROM archive.engine_jar").toString()).isEqualTo(before);
      assertThat(sentence(job)).doesNotContain("[next]");
    }
    try (Connection fresh = db.connect()) {
      assertThat(sentence(fresh)).doesNotContain("[next]");
    }
    assertThat(migrations(nextVersion()).migrate().executed()).isEqualTo(3);
  }

  @Test
  void aJarThatLacksAFunctionIsRefusedAndTheOldOneStays() throws SQLException {
    EngineJar broken = without("ArchiveFunctions.class");

    assertThatThrownBy(() -> migrations(broken).migrate()).isInstanceOf(ArchiveFailure.class);

    assertThat(db.value("SELECT sha256 FROM archive.engine_jar"))
        .isEqualTo(EngineJar.ofThisProgram().sha256());
    try (Connection fresh = db.connect()) {
      assertThat(sentence(fresh)).isEqualTo("no policy is named \"nope\"");
    }
  }

  @Test
  void bytesThatAreNoJarAreRefusedAndTheOldOneStays() {
    EngineJar broken = EngineJar.of("9.9", "no jar".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> migrations(broken).migrate()).isInstanceOf(ArchiveFailure.class);

    assertThat(new Migrations(db.database()).host()).isEqualTo(Host.IN_DATABASE);
    assertThat(db.value("SELECT archive.plan('logs') ->> 'policy'")).isEqualTo("logs");
  }

  private Migrations migrations(EngineJar jar) {
    return new Migrations(db.database(), () -> jar);
  }

  /** An engine whose own errors begin with a word that tells it from this one. */
  private static EngineJar nextVersion() {
    return nextVersion("[next]");
  }

  private static EngineJar nextVersion(String word) {
    return changed(
        "job.sql",
        file -> {
          assertThat(file).contains(RAISE);
          return file.replace(RAISE, "SELECT archive.raise_error(?, '" + word + " ' || ?, ?, ?)");
        });
  }

  /** This program's jar without one entry. */
  private static EngineJar without(String entry) {
    return changed(entry, content -> null);
  }

  /** This program's jar with the text of one entry changed, or without it where that is null. */
  private static EngineJar changed(String entry, UnaryOperator<String> change) {
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    boolean found = false;
    try (ZipInputStream from =
            new ZipInputStream(new ByteArrayInputStream(EngineJar.ofThisProgram().bytes()));
        ZipOutputStream to = new ZipOutputStream(changed)) {
      for (ZipEntry each = from.getNextEntry(); each != null; each = from.getNextEntry()) {
        boolean isIt = each.getName().endsWith("/" + entry);
        found |= isIt;
        byte[] content = from.readAllBytes();
        String text = isIt ? change.apply(new String(content, StandardCharsets.UTF_8)) : null;
        if (!isIt || text != null) {
          to.putNextEntry(new ZipEntry(each.getName()));
          to.write(isIt ? text.getBytes(StandardCharsets.UTF_8) : content);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(found).as(entry).isTrue();
    return EngineJar.of("9.9", changed.toByteArray());
  }

  /** What the engine of this session says to a policy that is not there. */
  private static String sentence(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT archive.plan('nope')")) {
      throw new IllegalStateException("there is a plan: " + row);
    } catch (PSQLException e) {
      return e.getServerErrorMessage().getMessage();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
