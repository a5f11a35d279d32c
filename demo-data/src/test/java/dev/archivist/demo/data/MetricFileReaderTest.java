package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.demo.FileSummary;
import dev.archivist.demo.FileSummary.LineCounts;
import dev.archivist.demo.FileSummary.Problem;
import dev.archivist.demo.MetricRow;
import dev.archivist.demo.RowKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricFileReaderTest {
  @TempDir private Path dir;

  private final List<MetricRow> rows = new ArrayList<>();

  @Test
  void values_are_rounded_half_up_to_six_digits() throws IOException {
    LineCounts counts =
        read("""
                timestamp,value
                2024-02-14 14:30:00,0.0645345245
                2024-02-14 14:35:00,-0.0000005
                2024-02-14 14:40:00,1e3
                2024-02-14 14:45:00,0
                2024-02-14 14:50:00,999999999.999999
                2024-02-14 14:55:00,1e-999999999
                """)
            .counts();

    assertThat(rows)
        .extracting(row -> row.value().toPlainString())
        .containsExactly(
            "0.064535", "-0.000001", "1000.000000", "0.000000", "999999999.999999", "0.000000");
    assertThat(rows.get(0).timestamp()).isEqualTo("2024-02-14T14:30:00Z");
    assertThat(counts).isEqualTo(new LineCounts(7, 6, 0, 1, 0, 0, 0));
  }

  @Test
  void what_the_column_cannot_hold_and_what_is_no_sample_is_reported() throws IOException {
    FileSummary summary =
        read(
            """
            2024-02-14 14:30:00,1000000000
            2024-02-14 14:30:00,999999999.9999995
            2024-02-14 14:30:00,1e999999999
            2024-02-14 14:30:00,NaN
            2024-02-14 14:30:00
            2024-02-14 14:30:00,"1
            then,1
            2024-02-14 14:30:00,"1"
            """);

    assertThat(rows).hasSize(1);
    assertThat(summary.counts()).isEqualTo(new LineCounts(8, 1, 0, 0, 0, 7, 0));
    assertThat(summary.problems())
        .containsExactly(
            new Problem(1, "too large for DECIMAL(15,6): \"1000000000\""),
            new Problem(2, "too large for DECIMAL(15,6): \"999999999.9999995\""),
            new Problem(3, "too large for DECIMAL(15,6): \"1e999999999\""),
            new Problem(4, "no number: \"NaN\""),
            new Problem(5, "only 1 columns"));
  }

  @Test
  void a_heading_may_order_the_columns_otherwise_and_lines_may_end_in_any_way() throws IOException {
    LineCounts counts =
        read("\uFEFF\"Value\",note,Timestamp\r\n7,\"a,b\",2024-01-01T00:00:00\r\n\r8,,2024-01-02 00:00:00")
            .counts();

    assertThat(rows).extracting(row -> row.value().intValue()).containsExactly(7, 8);
    assertThat(counts).isEqualTo(new LineCounts(4, 2, 0, 1, 1, 0, 0));
  }

  @Test
  void the_file_name_tells_what_is_measured() {
    assertThat(identity("ec2_cpu_utilization_24ae8d.csv"))
        .isEqualTo(new MetricIdentity("cpu", "ec2_cpu_utilization", "percent"));
    assertThat(identity("i-a2_NetworkIn.csv"))
        .isEqualTo(new MetricIdentity("network", "i-a2_NetworkIn", "bytes"));
    assertThat(identity("whatever.csv"))
        .isEqualTo(new MetricIdentity("measurement", "whatever", "none"));
  }

  private static MetricIdentity identity(String fileName) {
    return MetricIdentity.of(new DataFile(Path.of(fileName), "metrics/" + fileName, 0));
  }

  private FileSummary read(String content) throws IOException {
    Path path = Files.writeString(dir.resolve("cpu.csv"), content);
    MetricFileReader reader = new MetricFileReader(new DataFile(path, "metrics/cpu.csv", 0));
    FileTally tally = new FileTally();
    reader.read(Duration.ZERO, tally, rows::add);
    FileSummary summary = tally.summary(RowKind.METRIC, "metrics/cpu.csv", reader.format(), 0);
    assertThat(summary.counts().complete()).isTrue();
    assertThat(rows).extracting(MetricRow::id).doesNotHaveDuplicates();
    return summary;
  }
}
