package dev.archivist.engine.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SQL in files by noun: in {@code noun.sql} the statement {@code noun.name}, or the part of one,
 * follows the line {@code -- name: name}. Lines that are comments are left out.
 */
public final class SqlFiles {
  private static final String NAME = "-- name: ";

  private final Class<?> anchor;
  private final String folder;

  /** The files by their nouns, read once: in a backend every reading is a query. */
  private final Map<String, Map<String, SqlText>> read = new ConcurrentHashMap<>();

  /**
   * The files of a folder.
   *
   * @param anchor a class of the jar that has the files
   * @param folder where they are, from the package of that class: empty, or with a slash behind
   */
  public SqlFiles(Class<?> anchor, String folder) {
    this.anchor = anchor;
    this.folder = folder;
  }

  /**
   * The statement, or part of one, {@code noun.name}.
   *
   * @throws EngineIncomplete if the jar lacks the file
   */
  public SqlText text(String name) {
    String[] words = name.split("\\.", 2);
    SqlText text = read.computeIfAbsent(words[0], this::read).get(words[1]);
    if (text == null) {
      throw new IllegalArgumentException(words[0] + ".sql has no statement " + words[1]);
    }
    return text;
  }

  private Map<String, SqlText> read(String noun) {
    try (InputStream in = anchor.getResourceAsStream(folder + noun + ".sql")) {
      if (in == null) {
        throw new EngineIncomplete("the SQL file " + noun + " cannot be loaded");
      }
      return statements(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, SqlText> statements(String file) {
    Map<String, List<String>> lines = new HashMap<>();
    List<String> statement = new ArrayList<>();
    for (String line : file.lines().toList()) {
      if (line.startsWith(NAME)) {
        statement = lines.computeIfAbsent(line.substring(NAME.length()), any -> new ArrayList<>());
      } else if (!line.stripLeading().startsWith("--")) {
        statement.add(line);
      }
    }
    Map<String, SqlText> statements = new HashMap<>();
    lines.forEach(
        (name, text) -> statements.put(name, SqlText.parse(String.join("\n", text).strip())));
    return statements;
  }
}
