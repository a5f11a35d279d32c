package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deleted is decided by what a file or an object is, never by how it is spelled. */
class OffloadIdentityTest {
  @TempDir Path home;

  /** Other names by which a live report may reach the file of an old one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "real.csv/",
        "real.csv//",
        "./real.csv",
        "sub/../real.csv",
        "alias.csv",
        "alias.csv/",
        "sub/alias-of-alias",
        "linked/real.csv",
        "linked/sub/../alias.csv",
        "{root}/real.csv",
        "{root}/linked/alias.csv",
      })
  void keepsAFileThatALiveReportReachesByAnotherName(String name) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID old = world.report("real.csv");
      Files.createDirectory(world.root.resolve("sub"));
      Files.createSymbolicLink(world.root.resolve("alias.csv"), Path.of("real.csv"));
      Files.createSymbolicLink(world.root.resolve("sub/alias-of-alias"), Path.of("../alias.csv"));
      Files.createSymbolicLink(world.root.resolve("linked"), Path.of("."));
      world.reportOf(old, name.replace("{root}", world.root.toString()), 10);

      world.run();

      assertThat(world.notes).singleElement().asString().contains("a live report refers to it");
      assertThat(Files.readAllBytes(world.root.resolve("real.csv"))).isEqualTo(world.content(old));
    }
  }

  /** Whoever may write the archive's rows decides by none of them about a file. */
  @ParameterizedTest
  @ValueSource(
      strings = {"s3://nowhere/none", "{store}reports/none.csv.zst", "{stored}?x", "no uri at all"})
  void keepsAFileWhoseObjectIsNotThere(String location) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID other = world.report("other.csv");
      world.run();
      String stored = world.db.value("SELECT s3_location FROM reports_archive");
      UUID young = world.report("young.csv");
      world.db.execute("DELETE FROM public.reports WHERE id = '" + young + "'");
      byte[] content = world.content(young);
      world.db.execute(
          """
          INSERT INTO public.reports_archive
          SELECT (jsonb_populate_record(kept, jsonb_build_object('id', '%s', 'file_path', 'young.csv',
            's3_location', '%s', 'deleted_locally', false, 'content_bytes', %d, 'content_sha256', '%s'))).*
          FROM public.reports_archive kept WHERE id = '%s'
          """
              .formatted(
                  young,
                  location
                      .replace("{stored}", stored)
                      .replace("{store}", home.resolve("store").toUri().toString()),
                  content.length,
                  sha256(content),
                  other));

      world.run();

      assertThat(Files.readAllBytes(world.root.resolve("young.csv"))).isEqualTo(content);
      assertThat(world.notes).anyMatch(note -> note.contains("local file kept: of its object"));
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An entry that spells an object otherwise than the program does is none of the program's. */
  @ParameterizedTest
  @ValueSource(strings = {"%2e", "%72", "/./", "//", "?x=1", "#y"})
  void keepsAnArchivedObjectThatAnEntryNamesOtherwise(String spelling) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.csv");
      world.run();
      String stored = world.db.value("SELECT s3_location FROM reports_archive");
      String other =
          switch (spelling) {
            case "%2e" -> stored.replace(".pdf", "%2epdf");
            case "%72" -> stored.replace("reports/", "%72eports/");
            case "/./", "//" -> stored.replace("reports/", "reports" + spelling);
            default -> stored + spelling;
          };
      assertThat(other).isNotEqualTo(stored);
      world.db.rows(
          "INSERT INTO archive.stray_objects (location, policy) VALUES (?, 'reports') RETURNING 1",
          other);

      world.run();

      world.assertAllArchived();
      assertThat(world.notes).anyMatch(note -> note.contains("object " + other + " "));
    }
  }
}
