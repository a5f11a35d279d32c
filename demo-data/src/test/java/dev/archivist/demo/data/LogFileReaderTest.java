package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.demo.FileSummary;
import dev.archivist.demo.FileSummary.LineCounts;
import dev.archivist.demo.FileSummary.Problem;
import dev.archivist.demo.LogRow;
import dev.archivist.demo.MessageBytes;
import dev.archivist.demo.RowKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileReaderTest {
  @TempDir private Path dir;

  private final List<LogRow> rows = new ArrayList<>();

  @Test
  void access_log_lines_are_read_with_escaped_quotes_and_a_cut_off_agent() throws IOException {
    FileSummary summary =
        read(
            """
            192.0.2.1 - - [31/Dec/2023:23:59:59 +0100] "GET /a?q=\\"x\\" HTTP/1.1" 200 12 "-" "Agent"
            2001:db8::1 - ada [01/Jan/2024:00:00:00 +0000] "POST / HTTP/2" 500 -
            192.0.2.2 - - [29/Feb/2024:12:00:00 +0000] "\\x16\\x03\\x01" 400 226 "-" "Mozilla/5.0 (cut
            192.0.2.3 - - [30/Feb/2024:12:00:00 +0000] "GET / HTTP/1.1" 200 1
            192.0.2.4 - - [01/Mar/2024:12:00:00 +0000] "GET / HTTP/1.1
            """);

    assertThat(stamps())
        .containsExactly("2023-12-31T22:59:59Z", "2024-01-01T00:00:00Z", "2024-02-29T12:00:00Z");
    assertThat(summary.format()).isEqualTo("access log");
    assertThat(summary.counts()).isEqualTo(new LineCounts(5, 3, 0, 0, 0, 2, 0));
    assertThat(summary.problems())
        .containsExactly(
            new Problem(4, "no such time: \"30/Feb/2024:12:00:00 +0000\""),
            new Problem(5, "no status and size after the request"));
    assertThat(rows).extracting(LogRow::hasPii).containsExactly(true, false, true);
  }

  @Test
  void a_postgres_entry_takes_its_continuation_lines_with_it() throws IOException {
    String entry =
        "2024-03-31 02:30:00.125 CEST [7] ada@shop LOG:  statement: SELECT 1,\n\n\t-- two\nFROM t";
    FileSummary summary =
        read(entry + "\n\n2024-03-31 02:30:01 CEST [7] ada@shop ERROR:  no such table\n\n \n");

    assertThat(summary.format()).isEqualTo("PostgreSQL stderr");
    assertThat(summary.counts()).isEqualTo(new LineCounts(8, 2, 3, 0, 3, 0, 0));
    assertThat(stamps()).containsExactly("2024-03-31T00:30:00.125Z", "2024-03-31T00:30:01Z");
    LogRow first = rows.get(0);
    assertThat(first.messagePreview()).isEqualTo(entry);
    assertThat(first.sizeBytes()).isEqualTo(entry.length());
    assertThat(first.messageHash()).isEqualTo(MessageBytes.of(entry).sha256());
    assertThat(first.source()).isEqualTo("postgresql");
  }

  @Test
  void a_postgres_prefix_may_lack_a_zone_or_name_one_that_nobody_knows() throws IOException {
    FileSummary summary =
        read(
            """
            of an entry that began in the file before
            2024-01-01 00:00:00 LOG:  no zone
            2024-01-01 00:00:00 XYZ LOG:  a zone of its own
            	which goes on
            2024-01-01 00:00:00 MSK:db:[9]:FATAL:  glued
            2024-01-01 00:00:00 is what the user typed
            2024-01-01 00:00:00+02 ПРЕДУПРЕЖДЕНИЕ:  по-русски
            """);

    assertThat(stamps())
        .containsExactly("2024-01-01T00:00:00Z", "2023-12-31T21:00:00Z", "2023-12-31T22:00:00Z");
    assertThat(summary.counts()).isEqualTo(new LineCounts(7, 3, 1, 0, 0, 3, 0));
    assertThat(summary.problems())
        .extracting(Problem::reason)
        .containsExactly(
            "continues an entry whose beginning was not read",
            "unknown time zone XYZ",
            "continues an entry whose beginning was not read");
  }

  @Test
  void csvlog_rows_may_run_over_lines_and_a_broken_one_does_not_swallow_the_next()
      throws IOException {
    FileSummary summary =
        read(
            csvlog("2024-01-01 00:00:00.001 CET", "say \"\"hi\"\",\r\n\r\nthen go")
                + "2024-01-01 00:00:02 CET,\"ada\",\"shop\",1,\"never closed\n"
                + "still open\n"
                + csvlog("2024-01-01 00:00:03 GMT", "fine")
                + "stray\n");

    assertThat(summary.format()).isEqualTo("PostgreSQL csvlog");
    assertThat(rows)
        .extracting(LogRow::messagePreview)
        .containsExactly("LOG:  say \"hi\",\r\n\r\nthen go", "LOG:  fine");
    assertThat(stamps()).containsExactly("2023-12-31T23:00:00.001Z", "2024-01-01T00:00:03Z");
    assertThat(summary.counts()).isEqualTo(new LineCounts(7, 2, 2, 0, 0, 3, 0));
    assertThat(summary.problems()).extracting(Problem::line).containsExactly(4L, 7L);
  }

  @Test
  void json_lines_give_their_payload_as_the_message() throws IOException {
    FileSummary summary =
        read(
            """
            {"timestamp":"2024-05-02T13:00:20.382318Z","textPayload":"[1]: LOG:  up\\u0000","resource":{"type":"cloudsql_database"}}
            {"timestamp":"2024-05-02T13:00:21.1234567Z","jsonPayload":{"message":"half \\ud83d"}}
            {"timestamp":"2024-05-02 13:00:22 UTC","jsonPayload":{"code":7}}
            {"timestamp":"2024-05-02T13:00:23Z"}
            {"textPayload":"when?"}
            {"timestamp":
            [1]
            """);

    assertThat(summary.format()).isEqualTo("JSON lines");
    assertThat(rows)
        .extracting(LogRow::messagePreview)
        .containsExactly("[1]: LOG:  up", "half \uFFFD", "{\"code\":7}");
    assertThat(rows)
        .extracting(LogRow::source)
        .containsExactly("cloudsql_database", "postgresql", "postgresql");
    assertThat(stamps().get(1)).isEqualTo("2024-05-02T13:00:21.123456Z");
    assertThat(summary.counts().unreadable()).isEqualTo(4);
  }

  @Test
  void logplex_lines_are_read_with_and_without_a_drain() throws IOException {
    read(
        """
        2024-03-14T00:22:56+00:00 app[postgres.12]: [RED] [1-1]  LOG:  waiting
        2024-03-14T00:22:57.5+00:00 d.0-1 app[web.1] [RED] [1-2] \tgoes on
        """);

    assertThat(rows).extracting(LogRow::source).containsExactly("postgres", "web");
    assertThat(stamps()).containsExactly("2024-03-14T00:22:56Z", "2024-03-14T00:22:57.500Z");
  }

  @Test
  void syslog_without_a_year_crosses_new_year_and_knows_the_leap_day() throws IOException {
    FileSummary summary =
        read(
            """
            Dec 31 23:59:59 host sshd[12]: bye
            Jan  1 00:00:00 host CRON[13]: hello
            Dec 31 23:59:58 host sudo:   ada : late
            Feb 29 12:00:00 host last message repeated 2 times
            Feb 30 12:00:00 host su: no such day
            Foo  1 12:00:00 host su: no such month
            """);

    assertThat(summary.format()).isEqualTo("syslog");
    assertThat(rows).extracting(LogRow::source).containsExactly("sshd", "CRON", "sudo", "syslog");
    List<Instant> at = rows.stream().map(LogRow::receivedAt).toList();
    assertThat(Duration.between(at.get(0), at.get(1))).isEqualTo(Duration.ofSeconds(1));
    assertThat(Duration.between(at.get(2), at.get(0))).isEqualTo(Duration.ofSeconds(1));
    assertThat(at.get(3)).isEqualTo("2000-02-29T12:00:00Z");
    assertThat(summary.counts()).isEqualTo(new LineCounts(6, 4, 0, 0, 0, 2, 0));
  }

  @Test
  void what_no_parser_knows_is_counted_line_by_line() throws IOException {
    FileSummary summary = read("one\n\ntwo\n".repeat(10));

    assertThat(rows).isEmpty();
    assertThat(summary.format()).isEqualTo("unknown");
    assertThat(summary.counts()).isEqualTo(new LineCounts(30, 0, 0, 0, 10, 20, 0));
    assertThat(summary.problems()).hasSize(FileTally.PROBLEMS_KEPT);
  }

  @Test
  void invalid_utf8_is_replaced_and_nul_removed_while_the_hash_is_of_the_bytes()
      throws IOException {
    byte[] entry =
        "2024-01-01 00:00:00 UTC [1] LOG:  a?b\0c \uFFFD".getBytes(StandardCharsets.UTF_8);
    entry[new String(entry, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xC3;
    byte[] valid = "\r2024-01-01 00:00:01 UTC [1] LOG:  \uFFFD".getBytes(StandardCharsets.UTF_8);
    FileSummary summary =
        read(concat(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, entry, valid));

    assertThat(summary.counts()).isEqualTo(new LineCounts(2, 2, 0, 0, 0, 0, 1));
    assertThat(rows.get(0).messagePreview()).endsWith("LOG:  a\uFFFDbc \uFFFD");
    MessageBytes bytes = new MessageBytes();
    bytes.add(entry);
    assertThat(rows.get(0).sizeBytes()).isEqualTo(entry.length);
    assertThat(rows.get(0).messageHash()).isEqualTo(bytes.sha256());
  }

  @Test
  void a_preview_is_cut_after_500_characters_and_never_within_one() throws IOException {
    read("2024-01-01 00:00:00 UTC [1] LOG:  " + "🚀".repeat(600) + "\n");

    String preview = rows.get(0).messagePreview();
    assertThat(preview.codePointCount(0, preview.length())).isEqualTo(500);
    assertThat(preview).endsWith("🚀");
    assertThat(rows.get(0).sizeBytes()).isEqualTo(34 + 2400);
  }

  @Test
  void ids_derive_from_file_and_line_and_stamps_move_by_the_shift_alone() throws IOException {
    String log = "2024-01-01 00:00:00 UTC [1] LOG:  same\n".repeat(2);
    read(log);
    List<LogRow> before = List.copyOf(rows);
    rows.clear();
    read(log.getBytes(StandardCharsets.UTF_8), Duration.ofDays(-3));

    assertThat(rows).extracting(LogRow::id).containsExactlyElementsOf(ids(before));
    assertThat(rows).extracting(LogRow::id).doesNotHaveDuplicates();
    assertThat(rows).extracting(LogRow::scenarioId).containsOnly(before.get(0).scenarioId());
    assertThat(stamps()).containsOnly("2023-12-29T00:00:00Z");
  }

  private static List<UUID> ids(List<LogRow> rows) {
    return rows.stream().map(LogRow::id).toList();
  }

  private static String csvlog(String stamp, String message) {
    return stamp
        + ",\"ada\",\"shop\",42,\"192.0.2.7:5\",6.5,1,\"SELECT\","
        + stamp
        + ",3/4,0,LOG,00000,\""
        + message
        + "\",,,,,,,,,\"psql\"\n";
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private List<String> stamps() {
    return rows.stream().map(row -> row.receivedAt().toString()).toList();
  }

  private FileSummary read(String content) throws IOException {
    return read(content.getBytes(StandardCharsets.UTF_8));
  }

  private FileSummary read(byte[] content) throws IOException {
    return read(content, Duration.ZERO);
  }

  private FileSummary read(byte[] content, Duration shift) throws IOException {
    Path path = Files.write(dir.resolve("x.log"), content);
    LogFileReader reader = new LogFileReader(new DataFile(path, "logs/x.log", content.length));
    FileTally tally = new FileTally();
    reader.read(shift, tally, rows::add);
    FileSummary summary = tally.summary(RowKind.LOG, "logs/x.log", reader.format(), 0);
    assertThat(summary.counts().complete()).isTrue();
    return summary;
  }
}
