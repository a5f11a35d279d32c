package dev.archivist.torture;

import dev.archivist.report.Codec;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.LocalContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Live reports have their file, archived ones their object, byte by byte. */
final class ReportCheck {
  private static final int OLD_ONES_READ_AGAIN = 10;

  private final World world;
  private final ArchiveStore store;
  private final Books books;
  private final Consumer<String> difference;

  ReportCheck(World world, ArchiveStore store, Books books, Consumer<String> difference) {
    this.world = world;
    this.store = store;
    this.books = books;
    this.difference = difference;
  }

  /**
   * Which objects are read: reading every one after every round would take longer than the round.
   */
  enum Choice {
    NEW_AND_SOME,
    ALL
  }

  private record Archived(String location, long objectBytes, boolean isNew) {}

  void check(Connection connection, Set<UUID> live, Choice choice, Random random)
      throws SQLException, IOException {
    for (UUID id : live) {
      Books.File file = books.files().get(id);
      if (file != null) {
        checkFile(file);
      }
    }
    Map<String, Long> objects = new HashMap<>();
    store.list("", object -> objects.put(object.key(), object.bytes()));
    Map<UUID, Archived> archived = archived(connection);
    Set<UUID> toRead = toRead(archived, choice, random);
    for (Map.Entry<UUID, Archived> report : archived.entrySet()) {
      String key = key(report.getValue().location());
      Long bytes = objects.get(key);
      if (bytes == null || bytes != report.getValue().objectBytes()) {
        difference.accept("object " + key + " has " + bytes + " bytes: " + report.getValue());
      } else if (toRead.contains(report.getKey())) {
        checkObject(key, books.files().get(report.getKey()));
      }
    }
  }

  static String key(String location) {
    return location.substring(location.indexOf("archived-reports/"));
  }

  private void checkFile(Books.File file) {
    Path path = world.reports.resolve(file.path());
    try {
      if (!LocalContent.sha256Of(Files.newInputStream(path)).equals(file.sha256())) {
        difference.accept("a live report's file has other bytes: " + path);
      }
    } catch (IOException e) {
      difference.accept("a live report's file cannot be read: " + e);
    }
  }

  private void checkObject(String key, Books.File file) {
    try (InputStream content = Codec.ZSTD.decompress(store.open(key))) {
      if (file == null || !LocalContent.sha256Of(content).equals(file.sha256())) {
        difference.accept("object " + key + " has other bytes than " + file);
      }
    } catch (IOException e) {
      difference.accept("object " + key + " cannot be decompressed: " + e);
    }
  }

  /** What is in the bin can come back, and so its objects stay. */
  private static Map<UUID, Archived> archived(Connection connection) throws SQLException {
    Map<UUID, Archived> archived = new HashMap<>();
    read(connection, Table.REPORTS.archive(), archived);
    for (String bin : Bins.tables(connection, Table.REPORTS)) {
      read(connection, bin, archived);
    }
    return archived;
  }

  private static void read(Connection connection, String table, Map<UUID, Archived> archived)
      throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, s3_location, object_bytes, archived_at > now() - interval '2 minutes'"
                    + " FROM "
                    + table);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        archived.put(
            row.getObject(1, UUID.class),
            new Archived(row.getString(2), row.getLong(3), row.getBoolean(4)));
      }
    }
  }

  private static Set<UUID> toRead(Map<UUID, Archived> archived, Choice choice, Random random) {
    if (choice == Choice.ALL) {
      return archived.keySet();
    }
    Set<UUID> chosen = new HashSet<>();
    archived.forEach(
        (id, report) -> {
          if (report.isNew() || random.nextInt(archived.size()) < OLD_ONES_READ_AGAIN) {
            chosen.add(id);
          }
        });
    return chosen;
  }
}
