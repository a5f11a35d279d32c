package dev.archivist.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a PDF file by its cross-reference table, as a viewer does. */
final class PdfChecks {
  private static final Pattern END = Pattern.compile("startxref\n(\\d+)\n%%EOF\n$");
  private static final Pattern STREAM =
      Pattern.compile("<< /Length (\\d+) >>\nstream\n(.*?)endstream", Pattern.DOTALL);

  private PdfChecks() {}

  static void requireValid(byte[] content) {
    // A character is a byte in Latin-1, so that offsets in the string are offsets in the file.
    String pdf = new String(content, StandardCharsets.ISO_8859_1);
    assertThat(pdf).startsWith("%PDF-1.4\n");
    Matcher end = END.matcher(pdf);
    assertThat(end.find()).as("startxref").isTrue();
    String[] table = pdf.substring(Integer.parseInt(end.group(1))).split("\n", -1);
    assertThat(table[0]).isEqualTo("xref");
    int objects = Integer.parseInt(table[1].split(" ", -1)[1]);
    assertThat(table[2]).isEqualTo("0000000000 65535 f ");
    for (int number = 1; number < objects; number++) {
      String entry = table[2 + number];
      assertThat(entry).matches("\\d{10} 00000 n ");
      int offset = Integer.parseInt(entry.substring(0, 10));
      assertThat(pdf.startsWith(number + " 0 obj\n", offset)).as("object " + number).isTrue();
    }
    assertThat(table[2 + objects]).isEqualTo("trailer");
    assertThat(table[3 + objects]).startsWith("<< /Size " + objects + " /Root 1 0 R");
    requireStreamLengths(pdf);
  }

  private static void requireStreamLengths(String pdf) {
    Matcher stream = STREAM.matcher(pdf);
    int pages = 0;
    while (stream.find()) {
      assertThat(stream.group(2)).hasSize(Integer.parseInt(stream.group(1)));
      pages++;
    }
    assertThat(pages).isPositive();
    assertThat(pdf).contains("/Count " + pages + " ");
  }
}
