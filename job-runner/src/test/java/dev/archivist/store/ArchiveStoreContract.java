package dev.archivist.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every store promises; a test class for each store extends it, or {@link RivalryContract}
 * where its server looks and writes in one step.
 */
public abstract class ArchiveStoreContract {
  private static final int PAGE = 1000;

  @TempDir protected Path temp;
  protected ArchiveStore store;

  /** Opens a store that has never been written to. */
  protected abstract ArchiveStore openEmptyStore();

  /**
   * Opens another one inside that store, or around it.
   *
   * @param where relative to that store, which lies two below the top
   */
  protected abstract ArchiveStore openNeighbour(String where);

  @BeforeEach
  void openStore() {
    store = openEmptyStore();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void knowsTheKeyOfEachUri() {
    for (String key : List.of("a", "reports/2024/01/a.pdf.zst", "with space/ü%20?#&+.pdf")) {
      assertThat(store.key(store.uri(key))).contains(key);
    }
    assertThat(store.key("s3://another-bucket/a")).isEmpty();
    assertThat(store.key("file:///another/directory/a")).isEmpty();
  }

  @Test
  void givesBackWhatWasPut() {
    TestContent report = TestContent.random(temp, 300_000, 1);

    StoredObject put = put("reports/2024/01/a.pdf.zst", report);

    assertThat(put)
        .isEqualTo(new StoredObject("reports/2024/01/a.pdf.zst", 300_000, report.sha256()));
    assertThat(sha256Of("reports/2024/01/a.pdf.zst")).isEqualTo(report.sha256());
    StoredObject stat = store.stat("reports/2024/01/a.pdf.zst").orElseThrow();
    assertThat(stat.key()).isEqualTo("reports/2024/01/a.pdf.zst");
    assertThat(stat.bytes()).isEqualTo(300_000);
    assertThat(stat.sha256()).isIn(report.sha256(), "");
  }

  @Test
  void keepsAnObjectWithoutBytes() throws IOException {
    put("empty", TestContent.of(temp, ""));

    assertThat(text("empty")).isEmpty();
    assertThat(store.stat("empty").orElseThrow().bytes()).isZero();
  }

  @Test
  void putsALargeFileWhole() {
    TestContent large = TestContent.random(temp, 70L * 1024 * 1024 + 13, 2);

    put("large", large);

    assertThat(sha256Of("large")).isEqualTo(large.sha256());
    assertThat(put("large", large).sha256()).isEqualTo(large.sha256());
  }

  @Test
  void takesTheSameContentTwice() throws IOException {
    put("twice", TestContent.of(temp, "same"));

    StoredObject again = put("twice", TestContent.of(temp, "same"));

    assertThat(again.bytes()).isEqualTo(4);
    assertThat(text("twice")).isEqualTo("same");
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "other and longer"})
  void refusesOtherContentUnderATakenKey(String other) throws IOException {
    put("taken", TestContent.of(temp, "first"));

    assertFails(ArchiveError.OBJECT_CONFLICT, () -> put("taken", TestContent.of(temp, other)));

    assertThat(text("taken")).isEqualTo("first");
  }

  @Test
  void refusesAFileThatDoesNotHaveItsSha256() {
    TestContent report = TestContent.of(temp, "report");
    String wrong = TestContent.of(temp, "another report").sha256();

    assertFails(ArchiveError.OBJECT_CORRUPT, () -> store.put("wrong", report.file(), wrong));

    assertThat(store.stat("wrong")).isEmpty();
    assertThat(keys("")).isEmpty();
  }

  @Test
  void letsRivalsWithTheSameContentBothSucceed() throws Exception {
    TestContent report = TestContent.random(temp, 200_000, 3);
    for (int round = 0; round < 10; round++) {
      String key = "twins/" + round;

      List<Object> outcomes = Rivals.together(() -> put(key, report), () -> put(key, report));

      assertThat(outcomes).hasSize(2).allMatch(StoredObject.class::isInstance);
      assertThat(sha256Of(key)).isEqualTo(report.sha256());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space.pdf",
        "Größe/été/報告.pdf",
        "emoji 🗄.bin",
        "plus+and%percent&amp=?#hash",
        "100%41",
        "quote'\"<>|*:",
        ".hidden/..dots..",
        "trailing. /x",
      })
  void keepsTheKeyAsItIs(String key) throws IOException {
    put(key, TestContent.of(temp, key));

    assertThat(text(key)).isEqualTo(key);
    assertThat(store.stat(key)).hasValueSatisfying(stat -> assertThat(stat.key()).isEqualTo(key));
    assertThat(keys("")).containsExactly(key);
    store.delete(key);
    assertThat(keys("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/absolute",
        "../outside",
        "a/../../outside",
        "a/./b",
        "a//b",
        "a/",
        "..",
        "nul\0",
        "line\nbreak",
        ".archivist-own"
      })
  void knowsNoKeyThatLeavesTheStore(String key) {
    TestContent report = TestContent.of(temp, "report");

    assertFails(ArchiveError.OBJECT_MISSING, () -> put(key, report));
    assertFails(ArchiveError.OBJECT_MISSING, () -> store.open(key));
    assertFails(ArchiveError.OBJECT_MISSING, () -> store.stat(key));
    assertFails(ArchiveError.OBJECT_MISSING, () -> store.delete(key));
    assertThat(keys("")).isEmpty();
  }

  @Test
  void listsWhatStartsWithThePrefixInOrderOfKeys() {
    List<String> inOrder =
        List.of("a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a0", "ab", "b/a", "é", "報");
    List<String> shuffled = new ArrayList<>(inOrder);
    Collections.shuffle(shuffled, new Random(7));
    shuffled.forEach(key -> put(key, TestContent.of(temp, key)));

    assertThat(keys("")).containsExactlyElementsOf(inOrder);
    assertThat(keys("a/")).containsExactly("a/b", "a/b-c", "a/c/d");
    assertThat(keys("a/b")).containsExactly("a/b", "a/b-c");
    assertThat(keys("a/c/d")).containsExactly("a/c/d");
    assertThat(keys("nothing")).isEmpty();
  }

  @Test
  void listsMoreThanOnePage() throws Exception {
    TestContent tiny = TestContent.of(temp, "x");
    List<String> inOrder = IntStream.range(0, PAGE + 100).mapToObj("many/%05d"::formatted).toList();
    ExecutorService workers = Executors.newFixedThreadPool(8);
    try {
      List<Callable<StoredObject>> puts =
          inOrder.stream().map(key -> (Callable<StoredObject>) () -> put(key, tiny)).toList();
      workers.invokeAll(puts);
    } finally {
      workers.shutdownNow();
    }

    assertThat(keys("many/")).containsExactlyElementsOf(inOrder);
  }

  @Test
  void knowsThatAnObjectIsMissing() {
    put("there", TestContent.of(temp, "there"));

    assertFails(ArchiveError.OBJECT_MISSING, () -> store.open("not there"));
    assertThat(store.stat("not there")).isEmpty();
    assertThat(store.stat("ther")).isEmpty();
  }

  @Test
  void deletesAsOftenAsAsked() throws IOException {
    put("dir/gone", TestContent.of(temp, "old"));
    put("dir/stays", TestContent.of(temp, "stays"));

    store.delete("dir/gone");
    store.delete("dir/gone");
    store.delete("dir/never there");
    store.delete("never/there");

    assertThat(keys("")).containsExactly("dir/stays");
    put("dir/gone", TestContent.of(temp, "new"));
    assertThat(text("dir/gone")).isEqualTo("new");
  }

  @Test
  void letsAReaderStopEarly() throws IOException {
    put("half read", TestContent.random(temp, 5_000_000, 4));

    try (InputStream in = store.open("half read")) {
      assertThat(in.readNBytes(10)).hasSize(10);
    }

    assertThat(keys("")).containsExactly("half read");
  }

  @Test
  void keepsTheMarkOfItsOwnerBesideTheObjects() throws IOException {
    TestContent mark = TestContent.of(temp, "ours");
    put("a", TestContent.of(temp, "a report"));

    put(StoreKey.OWNER, mark);

    assertThat(store.stat(StoreKey.OWNER)).isPresent();
    assertThat(text(StoreKey.OWNER)).isEqualTo("ours");
    assertThat(keys("")).containsExactly("a");
    assertThat(store.key(store.uri(StoreKey.OWNER))).isEmpty();
    assertThatThrownBy(() -> put(StoreKey.OWNER, TestContent.of(temp, "theirs")))
        .extracting(failure -> ((ArchiveFailure) failure).error())
        .isEqualTo(ArchiveError.OBJECT_CONFLICT);
    store.delete(StoreKey.OWNER);
    assertThat(store.stat(StoreKey.OWNER)).isEmpty();
  }

  @Test
  void readsAMarkNoFurtherThanOneCanBeLong() {
    String key = StoreKey.jobOf("reports");
    assertThat(store.mark(key)).isEmpty();

    store.mark(key, "a".repeat(FoundMark.LONGEST_BYTES).getBytes(UTF_8));
    assertThat(store.mark(key).orElseThrow().text()).hasSize(FoundMark.LONGEST_BYTES);

    store.mark(key, "a".repeat(FoundMark.LONGEST_BYTES + 1).getBytes(UTF_8));
    assertThat(store.mark(key)).contains(new FoundMark(store.uri(key), ""));
  }

  /** A store below this one keeps its marks to itself, too. */
  @Test
  void findsTheMarksOfStoresInsideIt() {
    put("a/b", TestContent.of(temp, "a report"));
    assertThat(store.owners("a")).isEmpty();
    assertThat(store.owners("a/x/y")).isEmpty();

    writeMark("a/c", "theirs");

    assertThat(store.owners("a")).isEmpty();
    assertThat(store.owners("a/c"))
        .containsExactly(new FoundMark(store.bases().get(0) + "a/c/" + StoreKey.OWNER, "theirs"));
    assertThat(keys("")).containsExactly("a/b");
    assertThat(store.key(store.bases().get(0) + "a/c/" + StoreKey.OWNER)).isEmpty();
    assertFails(ArchiveError.OBJECT_MISSING, () -> store.delete("a/c/" + StoreKey.OWNER));
  }

  @Test
  void findsTheMarksAroundIt() {
    assertThat(store.owners("")).isEmpty();
    put(StoreKey.OWNER, TestContent.of(temp, "ours"));
    assertThat(store.owners("")).isEmpty();

    writeMark("../..", "far");
    writeMark("..", "near");

    assertThat(store.owners("")).extracting(FoundMark::text).containsExactly("near", "far");
  }

  private void writeMark(String where, String text) {
    try (ArchiveStore neighbour = openNeighbour(where)) {
      neighbour.mark(StoreKey.OWNER, text.getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-------", "r--r-----", "r--------", "---------"})
  void knowsThePermissionsOfTheFileThatWasPut(String permissions) throws IOException {
    TestContent content = TestContent.of(temp, "a report");
    Files.setPosixFilePermissions(content.file(), PosixFilePermissions.fromString(permissions));
    assumeTrue(Files.isReadable(content.file()), "this user reads every file");

    put("a", content);

    assertThat(store.rights("a")).isEqualTo(FileRights.of(content.file()));
    assertThat(store.rights("b")).isEmpty();
  }

  @Test
  void isFitForUseAndLeavesNoTraceOfTheCheck() {
    store.check();
    store.check();

    assertThat(keys("")).isEmpty();
  }

  protected final StoredObject put(String key, TestContent content) {
    return store.put(key, content.file(), content.sha256());
  }

  protected final String text(String key) throws IOException {
    try (InputStream in = store.open(key)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  protected final List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    store.list(prefix, object -> keys.add(object.key()));
    return keys;
  }

  protected static void assertFails(ArchiveError error, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).as(failure.getMessage()).isEqualTo(error);
              assertThat(failure.hint()).endsWith(".");
            });
  }

  final String sha256Of(String key) {
    try {
      return LocalContent.sha256Of(store.open(key));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
