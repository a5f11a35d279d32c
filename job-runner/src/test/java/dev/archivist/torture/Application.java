package dev.archivist.torture;

import dev.archivist.store.LocalContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * What the application does in a transaction. It treats its files with care: a file is written
 * before its row is, a rewritten report gets a new file, and a file is deleted after its row is.
 */
final class Application {

  private static final List<String> TEXTS = List.of("", "line\n", "tab\t", "quote\"'\\", "ü€");

  private final World world;
  private final String directory;
  private final Books books;

  Application(World world, String directory, Books books) {
    this.world = world;
    this.directory = directory;
    this.books = books;
  }

  /** New rows of every table, most of them old or soon to be. */
  void prepare(Deed deed, Random random) throws SQLException {
    switch (random.nextInt(10)) {
      case 0 -> insertReport(deed, random, 1 + random.nextInt(2));
      case 1 -> reusePath(deed, random);
      case 2, 3, 4 -> insertSamples(deed, random, 1 + random.nextInt(6));
      default -> insertLogs(deed, random, 1 + random.nextInt(6));
    }
  }

  /** Anything, in the mix of a busy hour. */
  void change(Deed deed, Random random) throws SQLException {
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> insertLogs(deed, random, 1);
        case 3, 4, 5 -> updateLog(deed, random);
        case 6, 7 -> delete(deed, Table.LOGS, random);
        case 8, 9 -> insertSamples(deed, random, 1);
        case 10, 11 -> updateSample(deed, random);
        case 12 -> delete(deed, Table.METRICS, random);
        case 13 -> rewriteReport(deed, random);
        case 14 -> touchReport(deed, random);
        default -> {
          if (random.nextInt(4) == 0) {
            deleteReport(deed, random);
          }
        }
      }
    }
  }

  /** Around the age at which a row is archived; now and then much older. */
  private OffsetDateTime time(Random random, Table table) {
    long hours =
        switch (random.nextInt(40)) {
          case 0 -> -24L * random.nextInt(3650);
          case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 ->
              -random.nextInt(24 * 90);
          default -> random.nextInt(24 * 25);
        };
    return world
        .now()
        .minus(Duration.ofDays(table.archivedAfterDays()))
        .plus(Duration.ofHours(hours))
        .plus(random.nextInt(1_000_000_000), ChronoUnit.MICROS)
        .truncatedTo(ChronoUnit.MICROS)
        .atOffset(ZoneOffset.UTC);
  }

  private void insertLogs(Deed deed, Random random, int rows) throws SQLException {
    for (int i = 0; i < rows; i++) {
      UUID id = uuid(random);
      insert(
          deed,
          Table.LOGS,
          id,
          "INSERT INTO public.scenario_logs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          id,
          uuid(random),
          time(random, Table.LOGS),
          Long.toHexString(random.nextLong()),
          random.nextInt(9) == 0 ? null : text(random),
          "api",
          random.nextInt(),
          random.nextBoolean(),
          random.nextInt(5000),
          1);
    }
  }

  private void updateLog(Deed deed, Random random) throws SQLException {
    Optional<UUID> id = books.pick(Table.LOGS, random);
    if (id.isPresent()) {
      update(
          deed,
          Table.LOGS,
          id.get(),
          "UPDATE public.scenario_logs SET message_preview = ?, received_at = ? WHERE id = ?",
          text(random),
          time(random, Table.LOGS),
          id.get());
    }
  }

  private void insertSamples(Deed deed, Random random, int rows) throws SQLException {
    for (int i = 0; i < rows; i++) {
      UUID id = uuid(random);
      insert(
          deed,
          Table.METRICS,
          id,
          "INSERT INTO public.scenario_metrics VALUES (?, ?, ?, ?, ?, ?, ?, '{}')",
          id,
          new UUID(0, random.nextInt(2)),
          time(random, Table.METRICS),
          "latency",
          "p" + random.nextInt(2),
          value(random),
          "ms");
    }
  }

  private void updateSample(Deed deed, Random random) throws SQLException {
    Optional<UUID> id = books.pick(Table.METRICS, random);
    if (id.isPresent()) {
      update(
          deed,
          Table.METRICS,
          id.get(),
          "UPDATE public.scenario_metrics SET value = ?, timestamp = ? WHERE id = ?",
          value(random),
          time(random, Table.METRICS),
          id.get());
    }
  }

  private void insertReport(Deed deed, Random random, int rowsOfOneFile) throws SQLException {
    UUID name = uuid(random);
    insertReports(deed, random, directory + "/" + name + ".pdf", rowsOfOneFile);
  }

  /** Writes a report where an archived one once was; that one's file may still be there. */
  private void reusePath(Deed deed, Random random) throws SQLException {
    Optional<UUID> former = books.pick(Table.REPORTS, random);
    boolean isReusable =
        former.isPresent()
            && !books.files().get(former.get()).shared()
            && deed.change(
                    Table.REPORTS,
                    "UPDATE public.reports SET generated_by = generated_by WHERE file_path = ?",
                    books.files().get(former.get()).path())
                == null;
    if (isReusable) {
      insertReports(deed, random, books.files().get(former.get()).path(), 1);
    }
  }

  private void insertReports(Deed deed, Random random, String path, int rows) throws SQLException {
    Books.File file = write(deed, random, path, rows > 1);
    for (int i = 0; i < rows; i++) {
      UUID id = uuid(random);
      insert(
          deed,
          Table.REPORTS,
          id,
          "INSERT INTO public.reports VALUES (?, ?, 'pdf', ?, ?, ?, '{}', ?)",
          id,
          uuid(random),
          path,
          random.nextInt(1000),
          text(random),
          time(random, Table.REPORTS));
      deed.ifCommitted(() -> books.files().put(id, file));
    }
  }

  private void rewriteReport(Deed deed, Random random) throws SQLException {
    Optional<UUID> id = books.pick(Table.REPORTS, random);
    if (id.isPresent()) {
      Books.File before = books.files().get(id.get());
      Books.File file = write(deed, random, directory + "/" + uuid(random) + ".pdf", false);
      boolean isLive =
          update(
              deed,
              Table.REPORTS,
              id.get(),
              "UPDATE public.reports SET file_path = ? WHERE id = ?",
              file.path(),
              id.get());
      if (isLive) {
        deed.ifCommitted(() -> books.files().put(id.get(), file));
        deed.ifCommitted(() -> deleteUnlessShared(before));
      } else {
        deed.ifCommitted(() -> deleteUnlessShared(file));
      }
    }
  }

  private void touchReport(Deed deed, Random random) throws SQLException {
    Optional<UUID> id = books.pick(Table.REPORTS, random);
    if (id.isPresent()) {
      update(
          deed,
          Table.REPORTS,
          id.get(),
          "UPDATE public.reports SET generated_by = ? WHERE id = ?",
          text(random),
          id.get());
    }
  }

  private void deleteReport(Deed deed, Random random) throws SQLException {
    Optional<UUID> id = books.pick(Table.REPORTS, random);
    if (id.isPresent()) {
      Books.File file = books.files().get(id.get());
      if (deleteRow(deed, Table.REPORTS, id.get())) {
        deed.ifCommitted(() -> deleteUnlessShared(file));
      }
    }
  }

  private void insert(Deed deed, Table table, UUID id, String sql, Object... values)
      throws SQLException {
    String content = deed.change(table, sql, values);
    deed.ifCommitted(() -> books.put(table, id, content));
  }

  /** False if the row is not live any more. */
  private boolean update(Deed deed, Table table, UUID id, String sql, Object... values)
      throws SQLException {
    String content = deed.change(table, sql, values);
    if (content != null) {
      deed.ifCommitted(() -> books.put(table, id, content));
    }
    return content != null;
  }

  private void delete(Deed deed, Table table, Random random) throws SQLException {
    Optional<UUID> id = books.pick(table, random);
    if (id.isPresent()) {
      deleteRow(deed, table, id.get());
    }
  }

  private boolean deleteRow(Deed deed, Table table, UUID id) throws SQLException {
    String content = deed.change(table, "DELETE FROM " + table.live() + " WHERE id = ?", id);
    if (content != null) {
      deed.ifCommitted(() -> books.remove(table, id));
    }
    return content != null;
  }

  private Books.File write(Deed deed, Random random, String path, boolean shared) {
    byte[] content = new byte[1 + random.nextInt(12_000)];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) ('a' + random.nextInt(20));
    }
    Path target = world.reports.resolve(path);
    try {
      Files.createDirectories(target.getParent());
      Path unfinished = Files.write(Path.of(target + ".tmp"), content);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      String sha256 = LocalContent.sha256Of(new ByteArrayInputStream(content));
      Books.File file = new Books.File(path, sha256, shared);
      deed.ifUndone(() -> delete(file));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteUnlessShared(Books.File file) {
    if (!file.shared()) {
      delete(file);
    }
  }

  private void delete(Books.File file) {
    try {
      Files.deleteIfExists(world.reports.resolve(file.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UUID uuid(Random random) {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private static BigDecimal value(Random random) {
    return BigDecimal.valueOf(random.nextInt(1_999_999_999) - 999_999_999, random.nextInt(7));
  }

  private static String text(Random random) {
    return Chance.oneOf(TEXTS, random) + random.nextInt();
  }
}
