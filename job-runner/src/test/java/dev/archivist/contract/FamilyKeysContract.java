package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.testing.PolicySql;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which rows belong together, the foreign key says: by its own operator, which may be another "="
 * than the one that a statement finds. What it deletes by a cascade, and the statement did not
 * take, would be lost.
 */
abstract class FamilyKeysContract extends EngineContract {
  private static final String MARCH = "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\"}";

  @BeforeEach
  void setTheClock() {
    clock("2026-07-15T12:00:00Z");
  }

  /** Types of a key and of what refers to it; values of the key, and those that refer to them. */
  static Stream<Arguments> keys() {
    return Stream.of(
        keys("citext", "citext", "abc", "abc", "ABC", "aBc"),
        keys("char(5)", "text", "abc", "abc", "abc  ", "abc "),
        keys("text COLLATE nocase", "text COLLATE nocase", "abc", "abc", "ABC"),
        keys("code", "citext", "abc", "ABC", "abc"),
        keys("int", "bigint", "7", "7"));
  }

  /** As {@link #keys}: more types, where the host makes no difference. */
  static Stream<Arguments> moreKeys() {
    return Stream.of(
        keys("text", "varchar(5)", "abc", "abc"),
        keys("text COLLATE \"C\"", "text COLLATE \"POSIX\"", "abc", "abc"),
        keys("numeric", "numeric", "7.0", "7", "7.00"),
        keys("float8", "real", "-0", "0", "-0"),
        keys("timestamp", "date", "2024-03-05", "2024-03-05"),
        keys("int[]", "int[]", "{1,2}", "{1,2}"),
        keys("mood", "mood", "sad", "sad"),
        keys("pair", "pair", "(1,abc)", "(1,ABC)", "(1,abc)"),
        keys("int4range", "int4range", "[1,2]", "[1,3)"),
        keys("inet", "cidr", "10.0.0.0/8", "10.0.0.0/8"));
  }

  static Stream<Arguments> keysOfTwoTypes() {
    return Stream.of(
        keys("char(5)", "text", "abc", "abc", "abc  "),
        keys("text", "varchar(5)", "abc", "abc"),
        keys("bigint", "smallint", "7", "7"),
        keys("citext", "code", "abc", "ABC", "abc"));
  }

  private static Arguments keys(String parent, String child, String key, String... referring) {
    return Arguments.of(parent, child, key, List.of(referring));
  }

  private void declare(String parent, String child, String onDelete, String... moreKeys) {
    db.execute(
        "CREATE EXTENSION citext SCHEMA public",
        "CREATE TYPE public.mood AS ENUM ('sad', 'happy')",
        "CREATE DOMAIN public.code AS public.citext",
        "CREATE TYPE public.pair AS (n int, word public.citext)");
    if (parent.contains("nocase")) {
      assumeTrue(
          db.number("SELECT count(*) FROM pg_collation WHERE collprovider = 'i'") > 0, "no ICU");
      db.execute(
          "CREATE COLLATION public.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    }
    db.execute(
        "SET search_path = public",
        "CREATE TABLE p (id %s PRIMARY KEY, at timestamptz NOT NULL, v text)".formatted(parent),
        "CREATE TABLE c (n int PRIMARY KEY, pid %s%s, w text)"
            .formatted(child, onDelete.isEmpty() ? "" : " REFERENCES p ON DELETE " + onDelete),
        "CREATE TABLE g (id int PRIMARY KEY, of_c int REFERENCES c ON DELETE CASCADE, x text)");
    for (String table : List.of("p", "c", "g")) {
      db.execute(
          """
          CREATE TABLE public.%1$s_archive (LIKE public.%1$s%2$s, archived_at timestamptz NOT NULL,
            archive_batch_id uuid) PARTITION BY RANGE (%3$s)
          """
              .formatted(
                  table,
                  table.equals("p") ? "" : ", archived_root_time timestamptz NOT NULL",
                  table.equals("p") ? "at" : "archived_root_time"),
          "ALTER TABLE public." + table + "_archive OWNER TO archive_owner",
          "GRANT SELECT, DELETE, UPDATE, INSERT ON public." + table + " TO archive_owner");
    }
    policy("family");
    child("family", 1, "c", 0, "{id}", "{pid}");
    child("family", 2, "g", 1, "{n}", "{of_c}");
  }

  private void policy(String name) {
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after, batch_rows)"
            + " VALUES ('%s', 'move', 'at', '1 year', 7)".formatted(name),
        PolicySql.table(name, "p", "p_archive"));
  }

  private void child(
      String policy, int position, String table, int parent, String parentColumns, String own) {
    db.execute(
        "INSERT INTO archive.policy_tables VALUES ('%s', %d, 'public', '%s', 'public', '%3$s_archive', %d, '%s', '%s')"
            .formatted(policy, position, table, parent, parentColumns, own));
  }

  /** A root with children by each of the values, and each of them with a child of its own. */
  private void fill(String key, List<String> referring) {
    db.rows(
        "INSERT INTO public.p VALUES (?, '2024-03-05Z', 'root') RETURNING 1"
            .replace("?", literal(key)));
    int n = 0;
    for (String value : referring) {
      n++;
      db.execute(
          "INSERT INTO public.c VALUES (%d, %s, 'child %1$d')".formatted(n, literal(value)),
          "INSERT INTO public.g VALUES (%d, %1$d, 'grandchild %1$d')".formatted(n));
    }
    db.execute("INSERT INTO public.c VALUES (99, NULL, 'of nobody')");
  }

  private static String literal(String value) {
    return "'" + value + "'";
  }

  private List<List<String>> family() {
    return db.rows(
        """
        SELECT 'p', to_jsonb(o)::text FROM (SELECT id, at, v FROM p
          UNION ALL SELECT id, at, v FROM p_archive) o
        UNION ALL
        SELECT 'c', to_jsonb(o)::text FROM (SELECT n, pid, w FROM c
          UNION ALL SELECT n, pid, w FROM c_archive) o
        UNION ALL
        SELECT 'g', to_jsonb(o)::text FROM (SELECT id, of_c, x FROM g
          UNION ALL SELECT id, of_c, x FROM g_archive) o
        ORDER BY 1, 2
        """);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aFamilyIsWhatTheForeignKeySays(
      String parent, String child, String key, List<String> referring) {
    declare(parent, child, "CASCADE");
    fill(key, referring);
    List<List<String>> before = family();
    assertThat(json(db.archive().plan("family")).get("refusals")).isEmpty();
    db.execute(
        "SELECT archive.hold('family', matching => '{\"n\": %d}', reason => 'a case', \"table\" => 'public.c')"
            .formatted(referring.size()));
    assertThat(run("family").deleted()).as("its last child is held").isZero();
    db.execute("SELECT archive.release_hold(hold_id) FROM archive.active_holds");

    assertThat(run("family").deleted()).isEqualTo(1 + 2L * referring.size());

    assertThat(family()).isEqualTo(before);
    assertThat(db.number("SELECT count(*) FROM public.c")).isEqualTo(1);
    assertLedgerIsRight("family");
    assertThat(json(db.archive().restorePreview("family", MARCH)).get("rows").asLong())
        .isEqualTo(1 + 2L * referring.size());
    assertThat(restore("family", MARCH).restored()).isEqualTo(1 + 2L * referring.size());
    assertThat(family()).isEqualTo(before);
    assertThat(db.number("SELECT count(*) FROM public.g")).isEqualTo(referring.size());
    assertLedgerIsRight("family");
  }

  /** Where there is no foreign key, rows belong together as one would say. */
  @ParameterizedTest
  @MethodSource("keysOfTwoTypes")
  void aFamilyWithoutAForeignKeyIsTheSame(
      String parent, String child, String key, List<String> referring) {
    declare(parent, child, "");
    fill(key, referring);
    List<List<String>> before = family();

    assertThat(run("family").deleted()).isEqualTo(1 + 2L * referring.size());

    assertThat(family()).isEqualTo(before);
    assertLedgerIsRight("family");
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of("int", "text", "pid of public.c is text, and id of public.p is integer"),
        Arguments.of("mood", "text", "pid of public.c is text, and id of public.p is mood"),
        Arguments.of("uuid", "bytea", "pid of public.c is bytea, and id of public.p is uuid"),
        Arguments.of(
            "text COLLATE nocase",
            "text",
            "pid of public.c and id of public.p have different collations"));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void columnsThatDoNotCompareAreRefused(String parent, String child, String what) {
    declare(parent, child, "");

    assertThat(
            json(db.archive().plan("family")).get("refusals").findValuesAsText("what").stream()
                .map(each -> each.replace("public.mood", "mood")))
        .containsExactly(what);
    if (!what.contains("collations")) {
      Failures.assertFails(() -> restore("family", MARCH), ArchiveError.POLICY_REFUSED)
          .hasMessageContaining("rows of public.c cannot be found by those of its parent");
    }
  }

  /** The statement that takes a family would delete from it twice, and a cascade what it missed. */
  @Test
  void aTableStandsOnceInItsFamily() {
    declare("int", "int", "CASCADE");

    assertThatThrownBy(() -> child("family", 3, "p", 0, "{id}", "{id}"))
        .hasMessageContaining("table_stands_once_in_its_family");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{NULL}", "{\"\"}", "{{a},{b}}", "{a,a}"})
  void columnsThatJoinAreAListOfNames(String columns) {
    declare("int", "int", "CASCADE");
    db.execute("CREATE TABLE public.d (id int)", "CREATE TABLE public.d_archive (id int)");

    assertThatThrownBy(() -> child("family", 3, "d", 0, columns, columns))
        .hasMessageContaining("child_says_which_rows_are_its_parents");
  }

  @ParameterizedTest
  @ValueSource(strings = {"archived_root_time", "archivist_root_time", "archivist_batch"})
  void aColumnThatIsCalledAsOursIsRefused(String name) {
    declare("int", "int", "CASCADE");
    db.execute("ALTER TABLE public.c ADD " + name + " timestamptz");

    assertThat(json(db.archive().plan("family")).get("refusals").findValuesAsText("what"))
        .contains("public.c has a column " + name);
  }

  /** A former policy that rests, with another archive: what is held in it stays held. */
  @Test
  void aHoldBindsEveryPolicyOfTheTable() {
    declare("int", "int", "CASCADE");
    db.execute(
        "CREATE TABLE public.former (LIKE public.p_archive) PARTITION BY RANGE (at)",
        "ALTER TABLE public.former OWNER TO archive_owner",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after, enabled)"
            + " VALUES ('former', 'move', 'at', '2 years', false)",
        PolicySql.table("former", "p", "former"));
    fill("7", List.of("7"));
    db.execute("INSERT INTO public.p VALUES (8, '2024-03-05Z', 'y'), (9, '2024-04-05Z', 'z')");
    db.execute(
        "SELECT archive.hold('former', matching => '{\"id\": 7}', reason => 'a case')",
        "SELECT archive.hold('former', from_time => '2024-04-01Z', to_time => '2024-05-01Z', reason => 'April')",
        "SELECT archive.hold('family', matching => '{\"w\": \"nothing\"}', reason => 'x', \"table\" => 'public.c')");

    assertThat(run("family").deleted()).isEqualTo(1);
    assertThat(column("SELECT id FROM public.p ORDER BY 1")).containsExactly("7", "9");
    assertThat(json(db.archive().plan("family")).get("held_rows").asLong()).isEqualTo(4);

    db.execute("SELECT archive.release_hold(hold_id) FROM archive.active_holds");
    assertThat(run("family").deleted()).isEqualTo(4);
  }

  /** By another column the range of the other policy says nothing, so all that matches stays. */
  @Test
  void aHoldByAnotherTimeHoldsTheWholeRange() {
    declare("int", "int", "CASCADE");
    db.execute(
        "ALTER TABLE public.p ADD seen timestamptz",
        "ALTER TABLE public.p_archive ADD seen timestamptz",
        "CREATE TABLE public.former (LIKE public.p_archive) PARTITION BY RANGE (seen)",
        "ALTER TABLE public.former OWNER TO archive_owner",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after, enabled)"
            + " VALUES ('former', 'move', 'seen', '2 years', false)",
        PolicySql.table("former", "p", "former"));
    db.execute(
        "INSERT INTO public.p VALUES (8, '2024-03-05Z', 'y', '1999-01-01Z'), (9, '2024-04-05Z', 'z', '2020-01-01Z')");
    db.execute(
        "SELECT archive.hold('former', from_time => '2019-01-01Z', to_time => '2021-01-01Z',"
            + " matching => '{\"v\": \"z\"}', reason => 'a case')");

    assertThat(run("family").deleted()).isEqualTo(1);
    assertThat(column("SELECT id FROM public.p")).containsExactly("9");
  }

  @Test
  void whoeverHoldsWaitsForTheBatchesOfEveryPolicyOfTheTable() throws Exception {
    declare("int", "int", "CASCADE");
    db.execute(
        "CREATE TABLE public.former (LIKE public.p_archive) PARTITION BY RANGE (at)",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after, enabled)"
            + " VALUES ('former', 'move', 'at', '2 years', false)",
        PolicySql.table("former", "p", "former"));
    try (var batch = quietly();
        var statement = batch.createStatement()) {
      statement.execute(
          "SELECT pg_advisory_xact_lock_shared(1095910217, policy_id) FROM archive.policies WHERE name = 'family'");

      assertThatThrownBy(
              () ->
                  db.execute(
                      "SET lock_timeout = '50ms'",
                      "SELECT archive.hold('former', reason => 'a case')"))
          .hasMessageContaining("the holds of policy \"family\" are locked by process ");
    }
  }
}
