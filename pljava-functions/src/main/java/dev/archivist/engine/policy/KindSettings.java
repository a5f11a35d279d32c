package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A policy's {@code settings}: what its kind wants to know besides.
 *
 * @param values each setting's elements; one for a setting that is no list
 */
public record KindSettings(Map<String, List<String>> values) {
  /** The elements of a list; none where it is not set. */
  public List<Identifier> columns(String name) {
    return values.getOrDefault(name, List.of()).stream().map(Identifier::new).toList();
  }

  /** A column's name, if it is set. */
  public Optional<Identifier> column(String name) {
    return columns(name).stream().findFirst();
  }

  /**
   * A column's name.
   *
   * @throws IllegalArgumentException if it is not set
   */
  public Identifier requiredColumn(String name) {
    return new Identifier(requiredText(name));
  }

  /**
   * A text.
   *
   * @throws IllegalArgumentException if it is not set
   */
  public String requiredText(String name) {
    return text(name)
        .orElseThrow(() -> new IllegalArgumentException("setting \"" + name + "\" is missing"));
  }

  /** A text, if it is set. */
  public Optional<String> text(String name) {
    return values.getOrDefault(name, List.of()).stream().findFirst();
  }
}
