package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void lf_crlf_and_bare_cr_end_a_line_and_the_last_one_needs_none() throws IOException {
    List<RawLine> lines = read("a\nb\r\nc\rd");

    assertThat(lines).extracting(LineReaderTest::text).containsExactly("a", "b", "c", "d");
    assertThat(lines).extracting(RawLine::terminator).containsExactly("\n", "\r\n", "\r", "");
    assertThat(lines).extracting(RawLine::number).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void an_empty_file_has_no_line_and_a_final_newline_makes_no_further_one() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("\n")).hasSize(1);
    assertThat(read("a\n\n")).extracting(LineReaderTest::text).containsExactly("a", "");
  }

  @Test
  void a_byte_order_mark_is_no_part_of_the_first_line() throws IOException {
    assertThat(read("\uFEFFa\n\uFEFFb"))
        .extracting(LineReaderTest::text)
        .containsExactly("a", "\uFEFFb");
    assertThat(read("\uFEFF")).isEmpty();
  }

  @Test
  void of_a_line_beyond_the_limit_only_the_beginning_is_kept() throws IOException {
    byte[] bytes = "12345\n123456\nnext".getBytes(StandardCharsets.UTF_8);
    try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes), 5)) {
      assertThat(reader.next().orElseThrow().tooLong()).isFalse();
      RawLine longLine = reader.next().orElseThrow();
      assertThat(longLine.tooLong()).isTrue();
      assertThat(text(longLine)).isEqualTo("12345");
      assertThat(reader.next().map(LineReaderTest::text)).contains("next");
    }
  }

  @Property
  void lines_and_their_ends_put_together_are_the_file(
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 20) String text)
      throws IOException {
    String content = text.replace('b', '\n').replace('c', '\r');
    StringBuilder together = new StringBuilder();
    for (RawLine line : read(content)) {
      together.append(text(line)).append(line.terminator());
    }
    assertThat(together).hasToString(content);
  }

  private static String text(RawLine line) {
    return new String(line.bytes(), StandardCharsets.UTF_8);
  }

  private static List<RawLine> read(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    List<RawLine> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes))) {
      for (Optional<RawLine> line = reader.next(); line.isPresent(); line = reader.next()) {
        lines.add(line.get());
      }
    }
    return lines;
  }
}
