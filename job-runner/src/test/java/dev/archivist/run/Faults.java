package dev.archivist.run;

import dev.archivist.testing.TestDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Invents faults in what one policy has archived: in rows, in the ledger, in the journal. */
final class Faults {
  private static final List<String> OF_LEDGER =
      List.of(
          "rows = rows + 1",
          "bytes = bytes + 1",
          "source_rows = source_rows + 1",
          "digest_a = digest_a + 1",
          "digest_b = digest_b - 1",
          "digest_a = digest_b, digest_b = digest_a",
          "oldest = oldest - interval '1 microsecond'",
          "newest = newest + interval '1 microsecond'");
  private static final List<String> OF_JOURNAL =
      List.of(
          "rows = rows + 1",
          "bytes = bytes - 1",
          "source_rows = source_rows + 1",
          "digest_a = digest_a - 1",
          "digest_b = digest_b + 1");

  /** What a roll-up's entries of the journal say and nothing else does. */
  private static final List<String> OF_JOURNAL_OF_WHOLE_BATCHES =
      List.of(
          "source_bytes = source_bytes + 1",
          "archived_at = archived_at + interval '1 second'",
          "oldest = oldest - interval '1 microsecond'",
          "newest = newest + interval '1 microsecond'");

  private final Archived archived;
  private final Random random;
  private final List<Row> rows = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Supplier<Optional<Fault>>> kinds;

  /**
   * What a policy has archived.
   *
   * @param unique statements that take away what forbids the same row twice
   * @param changes assignments that change a row's content; {@code {bit}} is a number below 31
   * @param swapped a column whose values two rows may swap
   * @param whole whether a batch's rows stay its own; not so for roll-ups, which merge them
   * @param partitioned whether each month is a partition
   */
  record Archived(
      String policy,
      String table,
      String time,
      List<String> unique,
      List<String> changes,
      String swapped,
      boolean whole,
      boolean partitioned) {}

  private record Row(String id, String time, String month, String batch, String swapped) {}

  private record Entry(String batch, String month) {}

  Faults(TestDatabase db, Archived archived, Random random) {
    this.archived = archived;
    this.random = random;
    db.rows(
            "SELECT id, {time}::text, to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM'), archive_batch_id, {swapped} FROM {table} ORDER BY {time}, id"
                .replace("{time}", archived.time())
                .replace("{table}", archived.table())
                .replace("{swapped}", archived.swapped()))
        .forEach(r -> rows.add(new Row(r.get(0), r.get(1), r.get(2), r.get(3), r.get(4))));
    db.rows(
            "SELECT batch_id, to_char(month, 'YYYY-MM') FROM archive.batches WHERE policy = ? ORDER BY month, oldest, newest, digest_a",
            archived.policy())
        .forEach(r -> entries.add(new Entry(r.get(0), r.get(1))));
    kinds =
        List.of(
            this::changed,
            this::changed,
            this::changed,
            this::changed,
            this::missing,
            this::twice,
            this::underAnotherId,
            this::invented,
            this::inAnotherMonth,
            this::ofAnotherBatch,
            this::archivedAtAnotherTime,
            this::swapped,
            this::ledger,
            this::ledgerMissing,
            this::ledgerInvented,
            this::journal,
            this::journalOfBatch,
            this::entryGone,
            this::entryOfAnotherMonth,
            this::entryOfAnotherOrigin,
            this::entryInvented,
            this::inAMonthOfItsOwn,
            this::inAStrangePartition);
  }

  /** The next fault; all kinds come about equally often. */
  Fault next() {
    Optional<Fault> fault;
    do {
      fault = kinds.get(random.nextInt(kinds.size())).get();
    } while (fault.isEmpty());
    return fault.get();
  }

  private Optional<Fault> changed() {
    Row row = any(rows);
    String change = any(archived.changes()).replace("{bit}", "" + random.nextInt(31));
    return fault("changed: " + change, row, update(change, row));
  }

  private Optional<Fault> missing() {
    Row row = any(rows);
    return fault("missing", row, "DELETE FROM " + archived.table() + where(row));
  }

  private Optional<Fault> twice() {
    Row row = any(rows);
    return fault("twice", row, copy(row, ""));
  }

  private Optional<Fault> underAnotherId() {
    Row row = any(rows);
    return fault("under another id too", row, copy(row, "'id', '" + uuid() + "'"));
  }

  private Optional<Fault> invented() {
    Row row = any(rows);
    String batch = uuid();
    return Optional.of(
        new Fault(
            "invented",
            copy(row, "'id', '%s', 'archive_batch_id', '%s'".formatted(uuid(), batch)),
            Set.of(row.month()),
            Set.of(batch)));
  }

  private Optional<Fault> inAnotherMonth() {
    Row row = any(rows);
    Row other = any(rows.stream().filter(each -> !each.month().equals(row.month())).toList());
    return Optional.of(
        new Fault(
            "in another month",
            update(
                archived.time() + " = '" + other.time() + "'::timestamptz + interval '3 us'", row),
            Set.of(row.month(), other.month()),
            archived.whole() || !isKnown(row.batch(), other.month())
                ? Set.of(row.batch())
                : Set.of()));
  }

  private Optional<Fault> ofAnotherBatch() {
    Row row = any(rows);
    String other = any(List.of("null", uuid(), any(rows).batch()));
    boolean known = isKnown(other, row.month());
    if (other.equals(row.batch()) || (known && !archived.whole())) {
      return Optional.empty(); // nobody can tell which batch merged a daily value last
    }
    String value = other.equals("null") ? "NULL" : "'" + other + "'";
    return Optional.of(
        new Fault(
            "of another batch: " + other,
            update("archive_batch_id = " + value, row),
            Set.of(row.month()),
            archived.whole() ? Set.of(row.batch(), other) : Set.of(other)));
  }

  private Optional<Fault> archivedAtAnotherTime() {
    Row row = any(rows);
    return archived.whole()
        ? fault(
            "archived at another time",
            row,
            update("archived_at = archived_at + interval '1 us'", row))
        : Optional.empty();
  }

  private Optional<Fault> swapped() {
    Row row = any(rows);
    Row other = any(rows);
    if (row.swapped().equals(other.swapped())) {
      return Optional.empty();
    }
    String update =
        "UPDATE %s SET %2$s = CASE id WHEN '%3$s' THEN '%4$s' ELSE '%5$s' END::numeric WHERE id IN ('%3$s', '%6$s')"
            .formatted(
                archived.table(),
                archived.swapped(),
                row.id(),
                other.swapped(),
                row.swapped(),
                other.id());
    return Optional.of(
        new Fault(
            "swapped",
            List.of(update),
            months(row, other),
            archived.whole() ? batches(row, other) : Set.of()));
  }

  private static Set<String> months(Row row, Row other) {
    return new HashSet<>(List.of(row.month(), other.month()));
  }

  private static Set<String> batches(Row row, Row other) {
    return new HashSet<>(List.of(row.batch(), other.batch()));
  }

  private Optional<Fault> ledger() {
    String change = any(OF_LEDGER);
    return inLedger("UPDATE archive.ledger SET " + change);
  }

  private Optional<Fault> ledgerMissing() {
    return inLedger("DELETE FROM archive.ledger");
  }

  private Optional<Fault> inLedger(String statement) {
    String month = any(entries).month();
    return Optional.of(
        new Fault(
            "ledger: " + statement,
            List.of(
                "%s WHERE policy = '%s' AND month = '%s-01'"
                    .formatted(statement, archived.policy(), month)),
            Set.of(month),
            Set.of()));
  }

  private Optional<Fault> ledgerInvented() {
    return Optional.of(
        new Fault(
            "ledger of a month that never was",
            List.of(
                "INSERT INTO archive.ledger SELECT (jsonb_populate_record(l, '{\"month\": \"1999-01-01\"}')).* FROM archive.ledger l WHERE policy = '%s' AND month = '%s-01'"
                    .formatted(archived.policy(), any(entries).month())),
            Set.of("1999-01"),
            Set.of()));
  }

  private Optional<Fault> journal() {
    Entry entry = any(entries);
    String change = any(OF_JOURNAL);
    return Optional.of(
        new Fault(
            "journal: " + change,
            List.of("UPDATE archive.batches SET " + change + where(entry)),
            Set.of(entry.month()),
            archived.whole() ? Set.of(entry.batch()) : Set.of()));
  }

  private Optional<Fault> journalOfBatch() {
    Entry entry = any(entries);
    String change = any(OF_JOURNAL_OF_WHOLE_BATCHES);
    return archived.whole()
        ? Optional.of(
            new Fault(
                "journal: " + change,
                List.of("UPDATE archive.batches SET " + change + where(entry)),
                Set.of(entry.month()),
                Set.of(entry.batch())))
        : Optional.empty();
  }

  private Optional<Fault> entryGone() {
    Entry entry = any(entries);
    String statement =
        any(
            List.of(
                "DELETE FROM archive.batches",
                "UPDATE archive.batches SET policy = 'another'",
                "UPDATE archive.batches SET bin_id = '" + uuid() + "'"));
    return Optional.of(
        new Fault(
            "journal: " + statement,
            List.of(statement + where(entry)),
            Set.of(entry.month()),
            archived.whole() || isCarried(entry) ? Set.of(entry.batch()) : Set.of()));
  }

  private Optional<Fault> entryOfAnotherMonth() {
    Entry entry = any(entries);
    return Optional.of(
        new Fault(
            "entry of another month",
            List.of("UPDATE archive.batches SET month = '1999-02-01'" + where(entry)),
            Set.of(entry.month(), "1999-02"),
            archived.whole() || isCarried(entry) ? Set.of(entry.batch()) : Set.of()));
  }

  private Optional<Fault> entryOfAnotherOrigin() {
    Entry entry = any(entries);
    String origin = uuid();
    if (!archived.whole() && !isCarried(entry)) {
      return Optional.empty(); // no daily value says any more that it came from there
    }
    return Optional.of(
        new Fault(
            "entry of another origin",
            List.of("UPDATE archive.batches SET origin = '" + origin + "'" + where(entry)),
            Set.of(entry.month()),
            archived.whole() ? Set.of(entry.batch(), origin) : Set.of(entry.batch())));
  }

  private Optional<Fault> entryInvented() {
    Entry entry = any(entries);
    String batch = uuid();
    return Optional.of(
        new Fault(
            "entry invented",
            List.of(
                "INSERT INTO archive.batches SELECT (jsonb_populate_record(e, '{\"batch_id\": \"%1$s\", \"origin\": \"%1$s\"}')).* FROM archive.batches e"
                        .formatted(batch)
                    + where(entry)),
            Set.of(entry.month()),
            archived.whole() ? Set.of(batch) : Set.of()));
  }

  private Optional<Fault> inAMonthOfItsOwn() {
    return inAnUnknownMonth(
        "1998-05",
        "SELECT archive.make_month_partition('" + archived.policy() + "', '1998-05-01')");
  }

  private Optional<Fault> inAStrangePartition() {
    return inAnUnknownMonth(
        "1997-03", "CREATE TABLE public.strange PARTITION OF " + archived.table() + " DEFAULT");
  }

  private Optional<Fault> inAnUnknownMonth(String month, String partition) {
    Row row = any(rows);
    List<String> statements = new ArrayList<>();
    if (archived.partitioned()) {
      statements.add(partition);
    }
    statements.addAll(
        copy(row, "'id', '%s', '%s', '%s-09T12:00:00Z'".formatted(uuid(), archived.time(), month)));
    return Optional.of(
        new Fault("in an unknown month", statements, Set.of(month), Set.of(row.batch())));
  }

  private Optional<Fault> fault(String kind, Row row, String statement) {
    return fault(kind, row, List.of(statement));
  }

  private Optional<Fault> fault(String kind, Row row, List<String> statements) {
    return Optional.of(
        new Fault(
            kind,
            statements,
            Set.of(row.month()),
            archived.whole() ? Set.of(row.batch()) : Set.of()));
  }

  private List<String> update(String assignment, Row row) {
    return Stream.concat(
            archived.unique().stream(),
            Stream.of("UPDATE " + archived.table() + " SET " + assignment + where(row)))
        .toList();
  }

  private List<String> copy(Row row, String changes) {
    String insert =
        "INSERT INTO %1$s SELECT (jsonb_populate_record(kept, jsonb_build_object(%2$s))).* FROM %1$s kept"
                .formatted(archived.table(), changes)
            + where(row);
    return Stream.concat(archived.unique().stream(), Stream.of(insert)).toList();
  }

  private static String where(Row row) {
    return " WHERE id = '" + row.id() + "'";
  }

  private static String where(Entry entry) {
    return " WHERE batch_id = '%s' AND month = '%s-01'".formatted(entry.batch(), entry.month());
  }

  private boolean isKnown(String batch, String month) {
    return entries.contains(new Entry(batch, month));
  }

  private boolean isCarried(Entry entry) {
    return rows.stream()
        .anyMatch(row -> row.batch().equals(entry.batch()) && row.month().equals(entry.month()));
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
