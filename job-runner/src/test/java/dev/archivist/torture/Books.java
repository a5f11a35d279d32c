package dev.archivist.torture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** A writer's own log: what every row that it committed must be now, wherever it is. */
final class Books {
  /** Rows that are picked to be changed are among the newest of each table. */
  private static final int RECENT = 250;

  private final Map<Table, Map<UUID, String>> rows = new EnumMap<>(Table.class);
  private final Map<Table, List<UUID>> ids = new EnumMap<>(Table.class);
  private final Map<UUID, File> files = new HashMap<>();

  /**
   * A report's file.
   *
   * @param path below the reports' root
   * @param sha256 of its bytes
   * @param shared whether another report names it too
   */
  record File(String path, String sha256, boolean shared) {}

  Books() {
    for (Table table : Table.values()) {
      rows.put(table, new HashMap<>());
      ids.put(table, new ArrayList<>());
    }
  }

  Map<UUID, String> rows(Table table) {
    return rows.get(table);
  }

  Map<UUID, File> files() {
    return files;
  }

  void put(Table table, UUID id, String content) {
    if (rows.get(table).put(id, content) == null) {
      ids.get(table).add(id);
    }
  }

  void remove(Table table, UUID id) {
    rows.get(table).remove(id);
    files.remove(id);
  }

  /** One of the newest rows; it may have been archived since. */
  Optional<UUID> pick(Table table, Random random) {
    List<UUID> all = ids.get(table);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    UUID picked = all.get(all.size() - 1 - random.nextInt(Math.min(all.size(), RECENT)));
    return Optional.of(picked).filter(rows.get(table)::containsKey);
  }

  /** Takes over what another writer knows. */
  void add(Books other) {
    other.rows.forEach((table, known) -> rows.get(table).putAll(known));
    files.putAll(other.files);
  }
}
