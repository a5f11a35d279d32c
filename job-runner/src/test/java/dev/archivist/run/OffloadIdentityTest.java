package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deleted is decided by what a file or an object is, never by how it is spelled. */
class OffloadIdentityTest {
  private static final String ALL = "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}";

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

  /** It has a name of its own, by which others may need it. */
  @ParameterizedTest
  @ValueSource(strings = {"link.csv", "link-to-link", "linked/link.csv", "{root}/link.csv/"})
  void leavesAReportLiveWhosePathIsALink(String name) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("kept/target.csv");
      Files.createSymbolicLink(world.root.resolve("link.csv"), Path.of("kept/target.csv"));
      Files.createSymbolicLink(world.root.resolve("link-to-link"), Path.of("link.csv"));
      Files.createSymbolicLink(world.root.resolve("linked"), Path.of("."));
      String path = name.replace("{root}", world.root.toString());
      world.db.rows("UPDATE reports SET file_path = ? WHERE id = ? RETURNING 1", path, id);

      assertThat(world.run().problems())
          .singleElement()
          .asString()
          .startsWith(id + ": the report's path is a symbolic link: ");
      world.run();

      assertThat(world.root.resolve("link.csv")).isSymbolicLink();
      assertThat(world.root.resolve("kept/target.csv")).hasBinaryContent(world.content(id));
      assertThat(world.objects()).isEmpty();
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
    }
  }

  private enum Leftover {
    FILE,
    LINK,
    DANGLING_LINK
  }

  /** Its path became a link after it was archived: neither the link goes nor what it leads to. */
  @ParameterizedTest
  @EnumSource(Leftover.class)
  void deletesNothingThroughALink(Leftover leftover) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.csv");
      world.run();
      Path link = world.root.resolve("a.csv");
      Path target = world.root.resolve("target.csv");
      Files.write(leftover == Leftover.FILE ? link : target, world.content(id));
      if (leftover != Leftover.FILE) {
        Files.createSymbolicLink(
            link, Path.of(leftover == Leftover.LINK ? "target.csv" : "nothing.csv"));
      }
      world.db.execute("UPDATE public.reports_archive SET deleted_locally = false");

      world.run();

      assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS))
          .isEqualTo(leftover != Leftover.FILE);
      assertThat(Files.exists(target)).isEqualTo(leftover != Leftover.FILE);
      assertThat(
              world.notes.toString().contains("local file kept: the report's path is a symbolic"))
          .isEqualTo(leftover == Leftover.LINK);
      assertThat(world.restore(ALL).status())
          .isEqualTo(leftover == Leftover.FILE ? "completed" : "failed");
      assertThat(Files.isSymbolicLink(link)).isEqualTo(leftover != Leftover.FILE);
    }
  }

  /** Directories on the way may be links: the file is what it is. */
  @Test
  void archivesAndRestoresThroughALinkedDirectory() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("2024/a.csv");
      Files.createSymbolicLink(world.root.resolve("linked"), Path.of("2024"));
      world.db.execute("UPDATE reports SET file_path = 'linked/a.csv'");

      world.run();

      world.assertAllArchived();
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      assertThat(world.root.resolve("2024/a.csv")).hasBinaryContent(world.content(id));
      assertThat(world.root.resolve("linked")).isSymbolicLink();
    }
  }

  /** A restored report's object stays while what it names is only a link to another's file. */
  @Test
  void keepsTheObjectOfARestoredReportWhosePathBecameALink() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.csv");
      world.run();
      world.binFor("30 days");
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.db.execute("UPDATE archive.stray_objects SET drop_after = pg_catalog.now()");
      Files.move(world.root.resolve("a.csv"), world.root.resolve("b.csv"));
      Files.createSymbolicLink(world.root.resolve("a.csv"), Path.of("b.csv"));

      assertThat(world.purge().objects().notes().toString())
          .contains("live report " + id + " does not have the file", "it is a symbolic link");

      assertThat(world.objects()).hasSize(1);
    }
  }

  /** Reconciling writes through no link either, and says so. */
  @ParameterizedTest
  @ValueSource(strings = {"target.csv", "nothing.csv"})
  void reconcilesNothingThroughALink(String target) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.csv");
      world.backUp();
      world.run();
      world.restoreBackup();
      Files.writeString(world.root.resolve("target.csv"), "another's");
      Files.createSymbolicLink(world.root.resolve("a.csv"), Path.of(target));

      ReconcileOutcome.Difference difference =
          world.reconciler().apply("reports").differences().get(0);

      assertThat(difference.report().orElseThrow().id()).isEqualTo(id);
      assertThat(difference.finding())
          .isEqualTo(
              target.equals("target.csv")
                  ? ReconcileOutcome.Finding.OTHER_CONTENT
                  : ReconcileOutcome.Finding.FILE_MISSING);
      assertThat(world.root.resolve("a.csv")).isSymbolicLink();
      assertThat(world.root.resolve("target.csv")).hasContent("another's");
      assertThat(world.root.resolve("nothing.csv")).doesNotExist();
      assertThat(world.objects()).hasSize(1);
    }
  }

  /**
   * A file mounted over another has one number and no second name; only root may do that. Paths
   * with these two names have the same hash code.
   */
  @ParameterizedTest
  @CsvSource({
    "false,false,false",
    "false,true,false",
    "true,false,false",
    "true,true,false",
    "false,false,true"
  })
  void keepsAFileThatIsMountedWhereALiveReportHasIts(
      boolean otherPolicy, boolean leftover, boolean linked) throws Exception {
    try (ReportWorld world = new ReportWorld(home)) {
      world.letters();
      UUID old = world.report("Aa.csv");
      if (leftover) {
        world.run();
        Files.write(world.root.resolve("Aa.csv"), world.content(old));
        world.db.execute("UPDATE public.reports_archive SET deleted_locally = false");
      }
      Path mounted = Files.createFile(world.root.resolve("BB.csv"));
      if (linked) {
        Files.createLink(world.root.resolve("kept.csv"), world.root.resolve("Aa.csv"));
      }
      assumeTrue(
          succeeds("mount", "--bind", world.root.resolve("Aa.csv").toString(), mounted.toString()),
          "needs the right to mount");
      try {
        if (otherPolicy) {
          world.youngLetter("BB.csv");
        } else {
          world.reportOf(old, "BB.csv", 10);
        }

        world.run();
        world.run();

        assertThat(world.root.resolve("Aa.csv")).hasBinaryContent(world.content(old));
        assertThat(world.notes).hasSize(2).allMatch(note -> note.contains("refers to it"));
        world.db.execute("DELETE FROM public.reports", "DELETE FROM public.letters");
        world.run();
        assertThat(world.root.resolve("Aa.csv")).doesNotExist();
      } finally {
        succeeds("umount", mounted.toString());
      }
    }
  }

  /** Nobody can tell it from a file that is mounted, and its space is not free before both go. */
  @ParameterizedTest
  @ValueSource(strings = {"b.csv", "elsewhere/a.csv"})
  void keepsAFileWhileALiveReportHasAHardLinkToIt(String link) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID old = world.report("a.csv");
      Path linked = world.root.resolve(link);
      Files.createDirectories(linked.getParent());
      Files.createLink(linked, world.root.resolve("a.csv"));
      world.reportOf(old, link, 10);

      world.run();

      assertThat(world.root.resolve("a.csv")).hasBinaryContent(world.content(old));
      assertThat(linked).hasBinaryContent(world.content(old));
      assertThat(world.notes).singleElement(STRING).contains("refers to it");

      world.db.execute("DELETE FROM public.reports");
      world.run();

      assertThat(world.root.resolve("a.csv")).doesNotExist();
      assertThat(linked).exists();
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor() == 0;
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
