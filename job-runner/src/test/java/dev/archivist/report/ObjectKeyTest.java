package dev.archivist.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectKeyTest {
  private static final UUID ID = UUID.fromString("0b3f8d3e-6d5c-4b8e-9a51-0c6a2f1d7e42");

  @Test
  void namesTheMonthInUtcAndTheReport() {
    Instant lastMomentOfJanuary = Instant.parse("2024-01-31T23:59:59.999999Z");

    assertThat(ObjectKey.of("archived-reports", lastMomentOfJanuary, ID, "f00d", "pdf", Codec.ZSTD))
        .isEqualTo("archived-reports/2024/01/0b3f8d3e-6d5c-4b8e-9a51-0c6a2f1d7e42.f00d.pdf.zst");
    assertThat(
            ObjectKey.of(
                "archived-reports",
                lastMomentOfJanuary.plusSeconds(1),
                ID,
                "f00d",
                "csv",
                Codec.GZIP))
        .isEqualTo("archived-reports/2024/02/0b3f8d3e-6d5c-4b8e-9a51-0c6a2f1d7e42.f00d.csv.gz");
  }

  /** A deletion that arrives late would else hit the next one. */
  @Test
  void noTwoUploadsOfAReportHaveOneName() {
    assertThat(ObjectKey.attempt()).isNotEqualTo(ObjectKey.attempt());
  }

  @ParameterizedTest
  @CsvSource({"'', 2024/", "/a/b/, a/b/2024/", "a, a/2024/"})
  void takesAPrefixWithOrWithoutSlashes(String prefix, String start) {
    assertThat(
            ObjectKey.of(
                prefix, Instant.parse("2024-01-01T00:00:00Z"), ID, "f00d", "pdf", Codec.ZSTD))
        .startsWith(start);
  }

  @ParameterizedTest
  @CsvSource({
    "PDF, /data/a.bin, pdf",
    "' .Html ', a, html",
    "application/pdf, a.PDF, pdf",
    ", a.tar.gz, gz",
    ", a.b/c, bin",
    ", .hidden, bin",
    ", a., bin",
    "'', '', bin",
    ", , bin",
    "../../x, ../../y, bin",
    "waytoolongformat, a.alsowaytoolong, bin",
    "İ, a.été, bin",
  })
  void takesTheFormatOrElseTheFilesExtension(String format, String filePath, String expected) {
    assertThat(ObjectKey.extension(format, filePath)).isEqualTo(expected);
  }

  @Property
  void isAlwaysAKeyThatNeedsNoQuoting(
      @ForAll String format, @ForAll String filePath, @ForAll Codec codec) {
    String extension = ObjectKey.extension(format, filePath);
    String attempt = ObjectKey.attempt();

    assertThat(ObjectKey.of("p", Instant.EPOCH, ID, attempt, extension, codec))
        .matches("p/1970/01/" + ID + "\\.[0-9a-f]{16}\\.[a-z0-9]{1,10}\\.(zst|gz)");
    assertThat(ObjectKey.of("p", Instant.EPOCH, ID, attempt, format, codec))
        .matches("p/1970/01/" + ID + "\\.[0-9a-f]{16}\\.[a-z0-9]{1,10}\\.(zst|gz)");
  }
}
