package dev.archivist.engine.policy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of what {@code policy.parts} selects: one statement gives a whole policy, and what goes
 * with it.
 *
 * @param about what it is about: policy, table, setting, and what the caller adds
 * @param place the table's position, where it is about a table
 * @param text its values, as many as the statement has columns for; null where there is none
 * @param at an instant
 */
public record PolicyPart(String about, int place, List<String> text, OffsetDateTime at) {
  private static final List<String> COLUMNS = List.of("a", "b", "c", "d", "e", "f", "g", "h");

  /** Reads a row. */
  public static PolicyPart read(ResultSet row) throws SQLException {
    List<String> text = new ArrayList<>();
    for (String column : COLUMNS) {
      text.add(row.getString(column));
    }
    return new PolicyPart(
        row.getString("part"),
        row.getInt("place"),
        java.util.Collections.unmodifiableList(text),
        row.getObject("at", OffsetDateTime.class));
  }

  /** The value of the column, {@code a} to {@code h}. */
  public String get(char column) {
    return text.get(column - 'a');
  }

  /**
   * The policy that the parts are of; empty if there is none.
   *
   * @throws ArchiveException {@code ZA003} if it is invalid
   */
  public static Optional<Policy> policy(List<PolicyPart> parts) throws ArchiveException {
    Optional<PolicyPart> self = parts.stream().filter(part -> part.is("policy")).findFirst();
    if (self.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(self.get(), parts));
    } catch (IllegalArgumentException e) {
      throw new ArchiveException(
          ArchiveError.POLICY_INVALID,
          self.get().get('b'),
          "policy \"" + self.get().get('b') + "\" is invalid: " + e.getMessage(),
          "Correct its rows of archive.policies and archive.policy_tables.");
    }
  }

  private static Policy read(PolicyPart self, List<PolicyPart> parts) {
    Identifier time = new Identifier(self.get('d'));
    return new Policy(
        Integer.parseInt(self.get('a')),
        self.get('b'),
        Integer.parseInt(self.get('g')),
        PolicyKinds.of(self.get('c'), settings(parts)),
        parts.stream().filter(part -> part.is("table")).map(part -> table(part, time)).toList(),
        time,
        Integer.parseInt(self.get('e')),
        Long.parseLong(self.get('h')),
        Boolean.parseBoolean(self.get('f')),
        parts.stream().anyMatch(part -> part.is("table") && Boolean.parseBoolean(part.get('f'))));
  }

  private static KindSettings settings(List<PolicyPart> parts) {
    Map<String, List<String>> values = new HashMap<>();
    parts.stream()
        .filter(part -> part.is("setting"))
        .forEach(
            part ->
                values.computeIfAbsent(part.get('a'), any -> new ArrayList<>()).add(part.get('b')));
    return new KindSettings(values);
  }

  private static PolicyTable table(PolicyPart table, Identifier time) {
    return new PolicyTable(
        table.place(),
        QualifiedName.of(table.get('a'), table.get('b')),
        QualifiedName.of(table.get('c'), table.get('d')),
        table.place() == 0 ? time : PolicyTable.ROOT_TIME,
        table.get('e') == null ? -1 : Integer.parseInt(table.get('e')));
  }

  /** Whether it is about this. */
  public boolean is(String what) {
    return about.equals(what);
  }
}
