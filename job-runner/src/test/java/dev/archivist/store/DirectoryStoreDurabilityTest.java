package dev.archivist.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a put and a delete have forced to the disk when they return. No killed process shows what a
 * cut of power would take, so the JVM's flight recorder says which files were forced, and in which
 * order.
 */
class DirectoryStoreDurabilityTest {
  @TempDir Path temp;

  @Test
  void forcesTheBytesBeforeTheNameAndThenEveryDirectoryOfIt() throws IOException {
    Path root = temp.resolve("store");
    TestContent report = TestContent.of(temp, "report");

    List<String> forced =
        forcedBy(() -> open(root).put("2026/01/a.pdf", report.file(), report.sha256()));

    int bytes = indexOf(forced, root + "/\\..*incoming.*/[0-9a-f-]{36}");
    int month = forced.lastIndexOf(root + "/2026/01");
    int year = forced.lastIndexOf(root + "/2026");
    assertThat(bytes).as("the object's bytes in " + forced).isNotNegative();
    assertThat(month).as("the object's name after its bytes in " + forced).isGreaterThan(bytes);
    assertThat(year).as("the month's name after its bytes in " + forced).isGreaterThan(bytes);
    assertThat(forced.lastIndexOf(root.toString())).as("in " + forced).isGreaterThan(year);
    assertThat(forced).as("the store's own name").contains(temp.toString());
  }

  /** It may be there because of a put that was cut off between the name and the directories. */
  @Test
  void forcesTheNamesOfAnObjectThatIsThereAlready() throws IOException {
    Path root = temp.resolve("store");
    TestContent report = TestContent.of(temp, "report");
    open(root).put("2026/01/a.pdf", report.file(), report.sha256());

    List<String> forced =
        forcedBy(() -> open(root).put("2026/01/a.pdf", report.file(), report.sha256()));

    assertThat(forced).contains(root + "/2026/01", root + "/2026", root.toString());
  }

  @Test
  void forcesThatADeletedObjectIsGone() throws IOException {
    Path root = temp.resolve("store");
    TestContent report = TestContent.of(temp, "report");
    open(root).put("a/b.pdf", report.file(), report.sha256());

    assertThat(forcedBy(() -> open(root).delete("a/b.pdf"))).contains(root + "/a");
  }

  private static DirectoryStore open(Path root) {
    return new DirectoryStore(root);
  }

  private static int indexOf(List<String> paths, String pattern) {
    for (int i = 0; i < paths.size(); i++) {
      if (paths.get(i).matches(pattern)) {
        return i;
      }
    }
    return -1;
  }

  private List<String> forcedBy(Runnable work) throws IOException {
    Path file = Files.createTempFile(temp, "recording", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withThreshold(Duration.ZERO).withoutStackTrace();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
        .map(event -> event.getString("path"))
        .filter(path -> path != null && path.startsWith(temp.toString()))
        .toList();
  }
}
