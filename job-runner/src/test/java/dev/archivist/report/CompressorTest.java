package dev.archivist.report;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompressorTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "ZSTD, 1, false", "ZSTD, 131072, true", "ZSTD, 131073, false", "ZSTD, 20000000, false",
    "ZSTD, 20000000, true", "GZIP, 1, false", "GZIP, 131072, true", "GZIP, 131073, false",
    "GZIP, 20000000, false", "GZIP, 20000000, true"
  })
  void givesBackWhatItCompressed(Codec codec, int bytes, boolean random) throws Exception {
    byte[] content = random ? randomBytes(bytes) : lines(bytes);

    try (CompressedReport compressed = compress(content, codec)) {
      byte[] stored = Files.readAllBytes(compressed.path());
      assertThat(compressed.contentBytes()).isEqualTo(bytes);
      assertThat(compressed.contentSha256()).isEqualTo(sha256(content));
      assertThat(compressed.bytes()).isEqualTo(stored.length);
      assertThat(compressed.sha256()).isEqualTo(sha256(stored));
      assertThat(decompressed(stored, codec)).isEqualTo(content);
      ReadBack.verify(
          new ByteArrayInputStream(stored), codec, compressed.contentSha256(), content.length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void makesTextSmallAndNoiseHardlyLarger(Codec codec) throws IOException {
    try (CompressedReport text = compress(lines(1_000_000), codec);
        CompressedReport noise = compress(randomBytes(1_000_000), codec)) {
      assertThat(text.bytes()).isLessThan(100_000);
      assertThat(noise.bytes()).isLessThan(1_001_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBytesForTheSameContent(Codec codec) throws IOException {
    try (CompressedReport first = compress(lines(300_000), codec);
        CompressedReport second = compress(lines(300_000), codec)) {
      assertThat(second.sha256()).isEqualTo(first.sha256());
      assertThat(second.path()).isNotEqualTo(first.path());
    }
  }

  @ParameterizedTest
  @EnumSource
  void isReadByTheUsualTools(Codec codec) throws Exception {
    byte[] content = lines(300_000);
    try (CompressedReport compressed = compress(content, codec)) {
      byte[] stored = Files.readAllBytes(compressed.path());
      InputStream other =
          codec == Codec.GZIP
              ? new GZIPInputStream(new ByteArrayInputStream(stored))
              : new ZstdInputStream(new ByteArrayInputStream(stored));
      try (other) {
        assertThat(other.readAllBytes()).isEqualTo(content);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesNothingBehind(Codec codec) throws IOException {
    compress(lines(1000), codec).close();

    assertThat(temp.resolve("tmp")).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFileThatChanged(Codec codec) throws IOException {
    Path path = Files.write(temp.resolve("report.csv"), lines(1000));
    ReportFile file = ReportFile.at(path);
    Files.writeString(path, "one more line", StandardOpenOption.APPEND);

    assertFails(
        ArchiveError.REPORT_CHANGED,
        () -> Compressor.compress(file, codec, temp.resolve("tmp")).close());
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFileThatGrowsWhileItIsRead(Codec codec) throws IOException {
    Path path = Files.write(temp.resolve("report.csv"), randomBytes(20_000_000));
    ReportFile file = ReportFile.at(path);
    Path tmp = temp.resolve("tmp");
    Thread writer = new Thread(() -> appendWhenReadingBegan(tmp, path));
    writer.setDaemon(true);
    writer.start();

    assertFails(ArchiveError.REPORT_CHANGED, () -> Compressor.compress(file, codec, tmp).close());

    assertThat(tmp).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFileThatIsGone(Codec codec) throws IOException {
    Path path = Files.write(temp.resolve("report.csv"), lines(1000));
    ReportFile file = ReportFile.at(path);
    Files.delete(path);

    assertFails(
        ArchiveError.REPORT_CHANGED,
        () -> Compressor.compress(file, codec, temp.resolve("tmp")).close());
  }

  @ParameterizedTest
  @EnumSource
  void blamesTheConfigurationForTheTemporaryDirectory(Codec codec) throws IOException {
    ReportFile file = ReportFile.at(Files.write(temp.resolve("report.csv"), lines(1000)));
    Path notADirectory = Files.writeString(temp.resolve("file"), "");

    assertFails(
        ArchiveError.CONFIGURATION_INVALID,
        () -> Compressor.compress(file, codec, notADirectory).close());
  }

  @ParameterizedTest
  @EnumSource
  void noticesEveryKindOfDamage(Codec codec) throws Exception {
    byte[] content = lines(300_000);
    byte[] stored;
    try (CompressedReport compressed = compress(content, codec)) {
      stored = Files.readAllBytes(compressed.path());
    }
    byte[] flipped = stored.clone();
    flipped[stored.length / 2] ^= 1;
    byte[] twice = Arrays.copyOf(stored, stored.length * 2);
    System.arraycopy(stored, 0, twice, stored.length, stored.length);

    assertCorrupt(new byte[0], codec, content);
    assertCorrupt(Arrays.copyOf(stored, 3), codec, content);
    assertCorrupt(Arrays.copyOf(stored, stored.length / 2), codec, content);
    assertCorrupt(Arrays.copyOf(stored, stored.length - 1), codec, content);
    assertCorrupt(Arrays.copyOf(stored, stored.length + 1), codec, content);
    assertCorrupt(flipped, codec, content);
    assertCorrupt(twice, codec, content);
    assertCorrupt(randomBytes(stored.length), codec, content);
    assertCorrupt(content, codec, content);
  }

  @ParameterizedTest
  @EnumSource
  void noticesAnotherContentOfTheSameLength(Codec codec) throws Exception {
    byte[] content = lines(1000);
    try (CompressedReport other = compress(randomBytes(1000), codec)) {
      assertCorrupt(Files.readAllBytes(other.path()), codec, content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesAFailureOfTheStoreAsItIs(Codec codec) throws IOException {
    ArchiveFailure broken =
        new ArchiveFailure(ArchiveError.STORE_UNREACHABLE, "the connection broke", "Try again.");
    InputStream breaks =
        new InputStream() {
          @Override
          public int read() {
            throw broken;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            throw broken;
          }
        };
    try (CompressedReport report = compress(randomBytes(100_000), codec)) {
      byte[] half = Arrays.copyOf(Files.readAllBytes(report.path()), 50_000);

      assertThatThrownBy(
              () ->
                  ReadBack.verify(
                      new SequenceInputStream(new ByteArrayInputStream(half), breaks),
                      codec,
                      report.contentSha256(),
                      report.contentBytes()))
          .isSameAs(broken);
    }
  }

  private CompressedReport compress(byte[] content, Codec codec) throws IOException {
    Path path = Files.write(Files.createTempFile(temp, "report", ".csv"), content);
    return Compressor.compress(ReportFile.at(path), codec, temp.resolve("tmp"));
  }

  private static void appendWhenReadingBegan(Path tmp, Path path) {
    try {
      while (!Files.isDirectory(tmp) || tmp.toFile().list().length == 0) {
        Thread.onSpinWait();
      }
      Files.writeString(path, "one more line", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertCorrupt(byte[] stored, Codec codec, byte[] content) throws Exception {
    String sha256 = sha256(content);
    assertFails(
        ArchiveError.OBJECT_CORRUPT,
        () -> ReadBack.verify(new ByteArrayInputStream(stored), codec, sha256, content.length));
  }

  private static void assertFails(ArchiveError error, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).as(failure.getMessage()).isEqualTo(error);
              assertThat(failure.hint()).endsWith(".");
            });
  }

  private static byte[] decompressed(byte[] stored, Codec codec) throws IOException {
    try (InputStream in = codec.decompress(new ByteArrayInputStream(stored))) {
      return in.readAllBytes();
    }
  }

  private static byte[] lines(int bytes) {
    byte[] line = "2024-01-01T00:00:00Z,scenario,ok,0.125\n".getBytes(US_ASCII);
    byte[] content = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      content[i] = line[i % line.length];
    }
    return content;
  }

  private static byte[] randomBytes(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
