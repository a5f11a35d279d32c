package dev.archivist.demo.data;

import dev.archivist.demo.LogRow;
import dev.archivist.demo.MessageBytes;
import dev.archivist.demo.Preview;
import dev.archivist.demo.data.LogParser.EntryStart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A log entry while its lines come in. Hash and size are of its bytes as they are in the file. */
final class LogEntry {
  /** Of a longer entry the rest is hashed and counted, but not kept. */
  private static final int TEXT_KEPT = 4 * 1024 * 1024;

  private final EntryStart start;
  private final long firstLine;
  private final MessageBytes bytes = new MessageBytes();
  private final StringBuilder text = new StringBuilder();
  private long lines;
  private long characters;
  private boolean personal;
  private String lastTerminator = "";

  LogEntry(EntryStart start, RawLine raw, String line) {
    this.start = start;
    this.firstLine = raw.number();
    add(raw, line);
  }

  void add(RawLine raw, String line) {
    bytes.add(lastTerminator.getBytes(StandardCharsets.US_ASCII));
    bytes.add(raw.bytes());
    characters += lastTerminator.length() + line.length();
    if (text.length() < TEXT_KEPT) {
      text.append(lastTerminator).append(line);
    }
    personal |= PersonalData.in(line);
    lastTerminator = raw.terminator();
    lines++;
  }

  String text() {
    return text.toString();
  }

  long firstLine() {
    return firstLine;
  }

  long lines() {
    return lines;
  }

  Instant at() {
    return start.at();
  }

  String source() {
    return Preview.cut(start.source(), LogRow.SOURCE_CHARACTERS);
  }

  MessageBytes bytes() {
    return bytes;
  }

  boolean personal() {
    return personal;
  }

  int tokens() {
    return LogRow.tokenCount((int) Math.min(characters, Integer.MAX_VALUE));
  }
}
