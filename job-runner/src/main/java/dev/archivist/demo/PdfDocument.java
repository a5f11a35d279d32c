package dev.archivist.demo;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plain text document as PDF 1.4: A4 pages in 10 pt Courier, a document title, and a
 * cross-reference table with true offsets. Characters outside Latin-1 become {@code ?}.
 *
 * <p>Objects: 1 the catalog, 2 the page tree, 3 the font, 4 the document information, then a page
 * and its content in turn.
 */
final class PdfDocument {
  /** Lines that fit on a page. */
  static final int LINES_PER_PAGE = 56;

  private static final int FIRST_PAGE_OBJECT = 5;
  private static final DateTimeFormatter PDF_DATE =
      DateTimeFormatter.ofPattern("'D:'yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> offsets = new ArrayList<>();

  private PdfDocument() {}

  /** The bytes of a document with these lines; it has one page at least. */
  static byte[] of(String title, Instant created, List<String> lines) {
    return new PdfDocument().write(title, created, lines);
  }

  private byte[] write(String title, Instant created, List<String> lines) {
    int pages = Math.max(1, (lines.size() + LINES_PER_PAGE - 1) / LINES_PER_PAGE);
    // The comment of bytes above 127 tells transfer programs that the file is binary.
    emit("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
    object("<< /Type /Catalog /Pages 2 0 R >>");
    object("<< /Type /Pages /Kids [" + kids(pages) + "] /Count " + pages + " >>");
    object("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>");
    String date = PDF_DATE.format(created);
    object(
        "<< /Title " + text(title) + " /Producer (Archivist demo) /CreationDate (" + date + ") >>");
    for (int page = 0; page < pages; page++) {
      int to = Math.min(lines.size(), (page + 1) * LINES_PER_PAGE);
      page(lines.subList(Math.min(to, page * LINES_PER_PAGE), to));
    }
    crossReferences();
    return out.toByteArray();
  }

  private static String kids(int pages) {
    StringBuilder kids = new StringBuilder();
    for (int page = 0; page < pages; page++) {
      kids.append(page == 0 ? "" : " ").append(FIRST_PAGE_OBJECT + 2 * page).append(" 0 R");
    }
    return kids.toString();
  }

  private void page(List<String> lines) {
    int content = offsets.size() + 2;
    object(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            + " /Resources << /Font << /F1 3 0 R >> >> /Contents "
            + content
            + " 0 R >>");
    StringBuilder stream = new StringBuilder("BT\n/F1 10 Tf\n13 TL\n50 785 Td\n");
    for (String line : lines) {
      stream.append(text(line)).append(" Tj T*\n");
    }
    stream.append("ET\n");
    // In Latin-1 a character is a byte, so the string's length is the stream's.
    object("<< /Length " + stream.length() + " >>\nstream\n" + stream + "endstream");
  }

  private void object(String body) {
    offsets.add(out.size());
    emit(offsets.size() + " 0 obj\n" + body + "\nendobj\n");
  }

  /** Each entry takes exactly 20 bytes, its end of line two of them. */
  private void crossReferences() {
    int start = out.size();
    emit("xref\n0 " + (offsets.size() + 1) + "\n0000000000 65535 f \n");
    for (int offset : offsets) {
      emit(String.format(Locale.ROOT, "%010d 00000 n \n", offset));
    }
    int size = offsets.size() + 1;
    emit("trailer\n<< /Size " + size + " /Root 1 0 R /Info 4 0 R >>\n");
    emit("startxref\n" + start + "\n%%EOF\n");
  }

  private static String text(String value) {
    StringBuilder escaped = new StringBuilder("(");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '(' || c == ')' || c == '\\') {
        escaped.append('\\');
      }
      escaped.append(c < ' ' ? ' ' : c > '\u00ff' ? '?' : c);
    }
    return escaped.append(')').toString();
  }

  private void emit(String latin1) {
    out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}
