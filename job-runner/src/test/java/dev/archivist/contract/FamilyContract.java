package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.db.PolicySession;
import dev.archivist.db.PurgeSession;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.run.PurgeOutcome;
import dev.archivist.run.PurgeRun;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.PolicySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A parent with children and grandchildren: one month in every tier, as one. */
abstract class FamilyContract extends EngineContract {
  private static final String MARCH = "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\"}";
  private static final List<String> LIVE = List.of("orders", "items", "notes");
  private static final List<String> TIMES =
      List.of("ordered_at", "archived_root_time", "archived_root_time");

  @BeforeEach
  void declareAFamilyByHand() {
    clock("2026-07-15T12:00:00Z");
    db.execute(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, ordered_at timestamptz NOT NULL,"
            + " customer text NOT NULL)",
        "CREATE INDEX ON public.orders (ordered_at)",
        "CREATE TABLE public.items (order_id bigint NOT NULL REFERENCES public.orders ON DELETE"
            + " CASCADE, line int, amount numeric NOT NULL, PRIMARY KEY (order_id, line))",
        "CREATE TABLE public.notes (id bigint PRIMARY KEY, of_order bigint NOT NULL, of_line int NOT"
            + " NULL, words text, FOREIGN KEY (of_order, of_line) REFERENCES public.items (order_id,"
            + " line))",
        archive("orders", "id, ordered_at", "ordered_at", ""),
        archive("items", "order_id, line, archived_root_time", "archived_root_time", ROOT_TIME),
        archive("notes", "id, archived_root_time", "archived_root_time", ROOT_TIME),
        "INSERT INTO archive.policies (name, kind, time_column, archive_after, keep_for, batch_rows)"
            + " VALUES ('orders', 'move', 'ordered_at', '1 year', '3 years', 7)",
        PolicySql.table("orders", "orders", "orders_archive"),
        child(1, "items", 0, "{id}", "{order_id}"),
        child(2, "notes", 1, "{order_id,line}", "{of_order,of_line}"),
        "GRANT SELECT, INSERT, DELETE, UPDATE ON public.orders, public.items, public.notes TO archive_owner");
    fill(1, 20, "2024-03-05");
    fill(21, 40, "2024-04-05");
    fill(41, 50, "2026-07-01");
  }

  private static final String ROOT_TIME = "archived_root_time timestamptz NOT NULL,";

  private static String archive(String table, String key, String time, String more) {
    return """
        CREATE TABLE public.%1$s_archive (LIKE public.%1$s, %4$s archived_at timestamptz NOT NULL,
          archive_batch_id uuid, PRIMARY KEY (%2$s)) PARTITION BY RANGE (%3$s);
        ALTER TABLE public.%1$s_archive OWNER TO archive_owner
        """
        .formatted(table, key, time, more);
  }

  private static String child(
      int position, String table, int parent, String parentColumns, String ownColumns) {
    return """
        INSERT INTO archive.policy_tables VALUES ('orders', %d, 'public', '%s', 'public',
          '%2$s_archive', %d, '%s', '%s')
        """
        .formatted(position, table, parent, parentColumns, ownColumns);
  }

  /** Each order has two items, and each first item a note. */
  private void fill(int from, int to, String day) {
    db.execute(
        "INSERT INTO public.orders SELECT g, timestamptz '%s 00:00:00Z' + g * interval '1 hour', 'c' || g %% 3 FROM generate_series(%d, %d) g"
            .formatted(day, from, to),
        "INSERT INTO public.items SELECT g, l, g * 1.5 + l FROM generate_series(%d, %d) g, generate_series(1, 2) l"
            .formatted(from, to),
        "INSERT INTO public.notes SELECT g, g, 1, 'note ' || g FROM generate_series(%d, %d) g"
            .formatted(from, to));
  }

  /** Every row of the family in both tiers, as text, without what says where it is. */
  private List<List<String>> family() {
    return db.rows(
        """
        SELECT 'order', to_jsonb(o)::text FROM (SELECT id, ordered_at, customer FROM orders
          UNION ALL SELECT id, ordered_at, customer FROM orders_archive) o
        UNION ALL
        SELECT 'item', to_jsonb(i)::text FROM (SELECT order_id, line, amount FROM items
          UNION ALL SELECT order_id, line, amount FROM items_archive) i
        UNION ALL
        SELECT 'note', to_jsonb(n)::text FROM (SELECT id, of_order, of_line, words FROM notes
          UNION ALL SELECT id, of_order, of_line, words FROM notes_archive) n
        ORDER BY 1, 2
        """);
  }

  private List<String> live() {
    return LIVE.stream().map(table -> table + " " + count(table)).toList();
  }

  private List<String> archived() {
    return LIVE.stream().map(table -> table + " " + count(table + "_archive")).toList();
  }

  private long count(String table) {
    return db.number("SELECT count(*) FROM public." + table);
  }

  private void assertVerified() {
    assertThat(db.archive().verify("orders"))
        .satisfies(verified -> assertThat(verified.ok()).isTrue());
    for (int position = 0; position < LIVE.size(); position++) {
      assertThat(
              db.rows(
                  "SELECT month, rows, oldest, newest FROM archive.ledger"
                      + " WHERE policy = 'orders' AND position = ? ORDER BY 1",
                  position))
          .isEqualTo(
              db.rows(
                  "SELECT (date_trunc('month', %1$s, 'UTC') AT TIME ZONE 'UTC')::date, count(*), min(%1$s), max(%1$s) FROM public.%2$s_archive GROUP BY 1 ORDER BY 1"
                      .formatted(TIMES.get(position), LIVE.get(position))));
    }
  }

  @Test
  void aFamilyMovesAsOne() {
    List<List<String>> before = family();
    var plan = json(db.archive().plan("orders"));
    assertThat(plan.get("refusals")).isEmpty();

    BatchResult moved = run("orders");

    assertThat(moved.deleted()).isEqualTo(160).isEqualTo(plan.get("rows").asLong());
    assertThat(moved.bytes()).isEqualTo(plan.get("bytes").asLong());
    assertThat(family()).isEqualTo(before);
    assertThat(live()).containsExactly("orders 10", "items 20", "notes 10");
    assertThat(archived()).containsExactly("orders 40", "items 80", "notes 40");
    assertThat(
            db.rows(
                "SELECT count(*) FROM items_archive i JOIN orders_archive o ON o.id = i.order_id"
                    + " AND o.ordered_at = i.archived_root_time AND o.archive_batch_id = i.archive_batch_id"))
        .containsExactly(List.of("80"));
    assertVerified();
    assertThat(run("orders").deleted()).isZero();
  }

  /** A restore takes with a root the children that have its time. */
  @Test
  void aChildThatSaysAnotherTimeOfItsRootIsFound() {
    run("orders");
    assertThat(
            db.rows(
                """
                UPDATE public.items_archive SET archived_root_time = archived_root_time + interval '1 microsecond'
                WHERE (tableoid, ctid) = (
                  SELECT tableoid, ctid
                  FROM (
                    SELECT tableoid, ctid, min(archived_root_time) OVER batch AS first, max(archived_root_time) OVER batch AS last,
                      archived_root_time AS at
                    FROM public.items_archive WINDOW batch AS (PARTITION BY archive_batch_id)) AS numbered
                  WHERE at > first AND at < last
                  LIMIT 1)
                RETURNING 1
                """))
        .as("neither the first of a batch nor the last")
        .hasSize(1);

    assertThat(db.archive().verify("orders").ok()).isFalse();
  }

  @Test
  void aFamilyComesBackAsOne() {
    List<List<String>> before = family();
    run("orders");

    assertThat(restore("orders", MARCH).restored()).isEqualTo(80);

    assertThat(live()).containsExactly("orders 30", "items 60", "notes 30");
    assertThat(family()).isEqualTo(before);
    assertVerified();
    assertThat(run("orders").deleted()).as("it is held").isZero();
  }

  @Test
  void oneRowThatIsInTheWayKeepsTheWholeBatchArchived() {
    run("orders");
    List<List<String>> before = family();
    db.execute("INSERT INTO public.orders VALUES (4711, '2026-07-01Z', 'x')");
    db.execute(
        "INSERT INTO public.items VALUES (4711, 1, 1)",
        "INSERT INTO public.notes VALUES (3, 4711, 1, 'another note 3')");

    Failures.assertFails(() -> restore("orders", MARCH), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("notes_pkey");

    db.execute("DELETE FROM public.notes WHERE of_order = 4711");
    db.execute(
        "DELETE FROM public.items WHERE order_id = 4711",
        "DELETE FROM public.orders WHERE id = 4711");
    assertThat(family()).isEqualTo(before);
  }

  @Test
  void aCopyOfTheRootAloneIsRefused() {
    run("orders");

    Failures.assertFails(
            () ->
                restore(
                    "orders",
                    "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\", \"into\": \"public.march\"}"),
            ArchiveError.POLICY_REFUSED)
        .hasMessageContaining("has several tables");
  }

  @Test
  void aDescendantThatIsHeldKeepsItsRoot() {
    db.execute(
        "SELECT archive.hold('orders', matching => '{\"words\": \"note 5\"}', reason => 'a case',"
            + " \"table\" => 'public.notes')",
        "SELECT archive.hold('orders', matching => '{\"line\": 2, \"order_id\": 6}', reason => 'another',"
            + " \"table\" => 'public.items')");
    var plan = json(db.archive().plan("orders"));
    assertThat(plan.get("rows").asLong()).isEqualTo(152);
    assertThat(plan.get("holds").findValuesAsText("table"))
        .containsExactlyInAnyOrder("public.notes", "public.items");

    assertThat(run("orders").deleted()).isEqualTo(152);

    assertThat(db.rows("SELECT id FROM orders WHERE id <= 40 ORDER BY 1"))
        .containsExactly(List.of("5"), List.of("6"));
    assertThat(db.number("SELECT count(*) FROM items WHERE order_id IN (5, 6)")).isEqualTo(4);
    assertVerified();
  }

  @Test
  void aHoldOfATableThatIsNotInTheFamilyIsRefused() {
    assertThatThrownBy(
            () ->
                db.execute(
                    "SELECT archive.hold('orders', reason => 'x', \"table\" => 'public.scenario_logs')"))
        .hasMessageContaining("public.scenario_logs is not a table of policy \"orders\"");
  }

  @Test
  void aMonthOfAFamilyIsPurgedAndComesBackAsOne() {
    run("orders");
    List<List<String>> before = family();
    clock("2027-04-15T12:00:00Z");
    PurgeRun purge = new PurgeRun(db.database(), db.settings(), new StopSignal());

    PurgeOutcome outcome = purge.purge("orders");

    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.months())
        .extracting(
            PurgeOutcome.Purged::month, PurgeOutcome.Purged::fate, PurgeOutcome.Purged::rows)
        .containsExactly(tuple("2024-03", PurgeOutcome.Fate.BINNED, 80L));
    assertThat(archived()).containsExactly("orders 20", "items 40", "notes 20");
    assertVerified();
    assertThat(db.rows("SELECT position, rows FROM archive.bin_tables ORDER BY 1"))
        .containsExactly(List.of("0", "20"), List.of("1", "40"), List.of("2", "20"));

    UUID bin = UUID.fromString(db.value("SELECT bin_id FROM archive.bin"));
    assertThat(purge.restore("orders", bin).failure()).isEmpty();

    assertThat(family()).isEqualTo(before);
    assertVerified();
  }

  /** The states in which a purge that ends early leaves a family's month. */
  private enum Left {
    ROOT_PENDING,
    ROOT_DETACHED
  }

  /** Roots that come late must not go without their children, nor children with a former month. */
  @ParameterizedTest
  @EnumSource
  void aMonthThatIsLeavingTakesNoLateRows(Left left) throws SQLException {
    run("orders");
    clock("2027-04-15T12:00:00Z");
    leave(left);
    assertThat(db.archive().verify("orders").ok()).as("what is left agrees").isTrue();
    fill(101, 105, "2024-03-06");
    List<List<String>> before = family();

    Failures.assertFails(() -> run("orders"), ArchiveError.DATABASE_BUSY)
        .hasMessageContaining("2024-03 of policy \"orders\" is leaving the archive");

    assertThat(family()).isEqualTo(before);
    PurgeRun purge = new PurgeRun(db.database(), db.settings(), new StopSignal());
    assertThat(purge.purge("orders").months())
        .extracting(PurgeOutcome.Purged::month, PurgeOutcome.Purged::fate)
        .containsExactly(tuple("2024-03", PurgeOutcome.Fate.BINNED));
    assertThat(run("orders").deleted()).isEqualTo(20);
    assertVerified();
  }

  private void leave(Left left) throws SQLException {
    try (PolicySession session = PolicySession.toPurge(db.database(), "orders")) {
      session.beginPurge("{}");
      PurgeSession purge = new PurgeSession(session);
      BinEntry entry = purge.record(Month.ofFirstDay("2024-03-01")).orElseThrow();
      BinEntry.Table root = entry.tables().get(0);
      try (Connection reader = db.connect();
          Statement statement = reader.createStatement()) {
        if (left == Left.ROOT_PENDING) {
          reader.setAutoCommit(false);
          statement.execute("SELECT count(*) FROM public.orders_archive");
          purge.beginDetach(entry, root);
          assertThat(db.value("SELECT archive.bin_place(bin_id, 0::smallint) FROM archive.bin"))
              .isEqualTo("pending");
        } else {
          purge.beginDetach(entry, root);
          purge.finishDetach(entry, root);
        }
      }
    }
  }

  /** Its earlier months have no partition of the child, and none is missed. */
  @Test
  void aChildThatJoinsLaterDoesNotKeepEarlierMonths() {
    db.execute(
        "DELETE FROM archive.policy_tables WHERE policy = 'orders' AND position > 0",
        "CREATE TABLE public.aside AS SELECT * FROM public.items",
        "TRUNCATE public.items, public.notes");
    db.execute("ALTER TABLE public.items DROP CONSTRAINT items_order_id_fkey");
    run("orders");
    db.execute(child(1, "items", 0, "{id}", "{order_id}"));
    List<String> before = content("id, customer, archived_at", "public.orders_archive");
    clock("2027-04-15T12:00:00Z");
    PurgeRun purge = new PurgeRun(db.database(), db.settings(), new StopSignal());

    PurgeOutcome outcome = purge.purge("orders");
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.months())
        .extracting(PurgeOutcome.Purged::month, PurgeOutcome.Purged::fate)
        .containsExactly(tuple("2024-03", PurgeOutcome.Fate.BINNED));
    assertThat(db.archive().verify("orders").ok()).isTrue();

    UUID bin = UUID.fromString(db.value("SELECT bin_id FROM archive.bin"));
    assertThat(purge.restore("orders", bin).failure()).isEmpty();
    assertThat(content("id, customer, archived_at", "public.orders_archive")).isEqualTo(before);
    assertThat(db.archive().verify("orders").ok()).isTrue();
  }

  @Test
  void whatARestoreWouldGiveBackIsWhatItGivesBack() {
    run("orders");
    JsonNode preview = json(db.archive().restorePreview("orders", MARCH));

    RestoreResult restored = restore("orders", MARCH);

    assertThat(preview.get("rows").asLong()).isEqualTo(restored.restored()).isEqualTo(80);
    assertThat(preview.get("bytes").asLong()).isEqualTo(restored.bytes());
    assertThat(preview.get("months")).hasSize(1);
  }

  /** A plan that says go, goes: locking a family takes a right that moving one table does not. */
  @Test
  void aRoleThatMayNotLockTheFamilyIsRefused() {
    db.execute("REVOKE UPDATE ON public.notes FROM archive_owner");
    try (Login login = new Login(db, "archive_operator")) {
      db.execute(
          "GRANT SELECT, DELETE, UPDATE ON public.orders, public.items TO archive_operator",
          "GRANT SELECT, DELETE ON public.notes TO archive_operator");
      assertRefused(
          open(login.url(), Map.of()),
          "orders",
          "role " + engine().worksAs(login.name()) + " may not UPDATE public.notes");
    }
  }

  @Test
  void aHeldDescendantKeepsItsMonthInTheArchive() {
    run("orders");
    db.execute(
        "SELECT archive.hold('orders', matching => '{\"words\": \"note 7\"}', reason => 'a case',"
            + " \"table\" => 'public.notes')");
    clock("2027-04-15T12:00:00Z");

    assertThat(
            new PurgeRun(db.database(), db.settings(), new StopSignal()).purge("orders").months())
        .extracting(PurgeOutcome.Purged::fate)
        .containsExactly(PurgeOutcome.Fate.HELD);
  }

  @Test
  void aChangedDescendantIsFound() {
    run("orders");
    db.execute("UPDATE notes_archive SET words = 'forged' WHERE id = 9");

    assertThat(db.archive().verify("orders"))
        .satisfies(verified -> assertThat(verified.ok()).isFalse())
        .asString()
        .contains("table=public.notes");
  }

  /**
   * A child that is added while its root is on its way: with ON DELETE CASCADE a row that the
   * statement did not see would be deleted and not archived. So the root is passed by.
   */
  @Test
  void aChildThatIsAddedMeanwhileIsNeverLost() throws Exception {
    db.execute("UPDATE archive.policies SET batch_rows = 100 WHERE name = 'orders'");
    LiveData.makeMonths(db, "orders", "orders", "ordered_at");
    try (Connection writer = db.connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SET search_path = public");
      statement.execute("INSERT INTO items VALUES (1, 3, 42)");
      assertThat(run("orders").deleted()).isEqualTo(156);
      assertThat(column("SELECT row_key FROM archive.rows_left")).containsExactly("{\"id\":1}");
      writer.commit();
    }

    assertThat(run("orders").deleted()).isEqualTo(5);
    assertThat(db.number("SELECT count(*) FROM items_archive WHERE order_id = 1")).isEqualTo(3);
    assertVerified();
  }

  @Test
  void aForeignKeyFromOutsideTheFamilyIsRefused() {
    db.execute("CREATE TABLE public.outsider (item bigint REFERENCES public.orders)");

    assertRefused(
        db.database(),
        "orders",
        "foreign key outsider_item_fkey of public.outsider points at public.orders");
  }

  @Test
  void aParentWhoseRowsCannotBeToldApartIsRefused() {
    db.execute(
        "UPDATE archive.policy_tables SET parent_columns = '{customer}' WHERE policy = 'orders' AND position = 1");

    assertThat(json(db.archive().plan("orders")).get("refusals").toString())
        .contains("public.orders has no unique key (customer)");
  }

  @Test
  void onlyAKindThatTakesFamiliesHasOne() {
    db.execute(
        "UPDATE archive.policies SET kind = 'rollup', settings = '{\"series\": [\"customer\"],"
            + " \"value\": \"id\"}' WHERE name = 'orders'");

    assertThat(json(db.archive().plan("orders")).get("refusals").toString())
        .contains("policy has several tables, and kind rollup takes one");
  }
}
