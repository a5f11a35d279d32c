package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.engine.error.ArchiveError;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The engine knows no table by name: any name will do, and any type. */
abstract class HostileNamesContract extends EngineContract {
  private static final List<String> COLUMNS =
      List.of(
          "gone",
          "month",
          "rows",
          "picked",
          "kept",
          "batch",
          "months",
          "entry",
          "ledger",
          "live",
          "old",
          "at",
          "tid",
          "ctid ",
          "{columns}",
          "{archive}",
          "{time}",
          "{d '2020-01-01'}",
          "what?",
          "x'y",
          "a\"b",
          "Upper Case",
          "Ünïcode 漢字 \uD83D\uDE00",
          "$1",
          ":named",
          "/* no comment",
          "-- nor this",
          "line\nbreak",
          "back\\slash",
          "back at the end\\",
          "\\\"?",
          "select",
          "%s %I");

  @Test
  void namesMayHoldWhatTheyLike() {
    String source = "Live; DROP TABLE \"x\" -- ü?{archive}";
    String archive = bytes(55, "Archive of \"everything\" ünder {source}, 'yes'?");
    String time = "The {pick} Time?";
    String columns =
        COLUMNS.stream().map(name -> quoted(name) + " text").collect(Collectors.joining(", "));
    db.execute(
        "CREATE TABLE public.%s (%s timestamptz NOT NULL, %s)"
            .formatted(quoted(source), quoted(time), columns),
        "INSERT INTO public.%s SELECT timestamptz '2020-01-31 23:00:00+00' + g * interval '1 h', %s FROM generate_series(0, 9) g"
            .formatted(
                quoted(source),
                COLUMNS.stream()
                    .map(name -> COLUMNS.indexOf(name) + " || '/' || g")
                    .collect(Collectors.joining(", "))));
    movePolicy("hostile", source, archive, time);
    String all =
        quoted(time)
            + ", "
            + COLUMNS.stream().map(EngineContract::quoted).collect(Collectors.joining(", "));
    List<String> before = content(all, "public." + quoted(source));
    assertThat(before).hasSize(10);

    for (String index : List.of("", "CREATE INDEX ON public.%s (%s)")) {
      if (!index.isEmpty()) {
        db.execute(
            index.formatted(quoted(source), quoted(time)),
            "INSERT INTO public.%1$s SELECT %2$s FROM public.%3$s"
                .formatted(quoted(source), all, quoted(archive)),
            "TRUNCATE archive.batches, archive.ledger, public." + quoted(archive));
      }
      assertThat(plan("hostile").get("refusals")).isEmpty();
      run("hostile");

      assertThat(content(all, "public." + quoted(archive))).isEqualTo(before);
      assertThat(content(all, "public." + quoted(source))).isEmpty();
      assertLedgerIsRight("hostile");
    }
    assertThat(
            column(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                    + " WHERE i.inhparent = ?::regclass ORDER BY 1",
                "public." + quoted(archive)))
        .containsExactly(archive + "_2020_01", archive + "_2020_02");
  }

  @Test
  void whatDriversTakeForTheirOwnMayStandInExpressions() {
    db.execute(
        "CREATE TABLE public.odd (at timestamptz NOT NULL, id integer PRIMARY KEY, \"ends\\\" text, note jsonb)",
        """
        INSERT INTO public.odd
        SELECT '2020-01-01 00:00:00+00', g, g, jsonb_build_object(CASE g WHEN 9 THEN 'odd?' ELSE 'key?' END, g)
        FROM generate_series(5, 9) g
        """);
    movePolicy("odd", "odd", "odd_archive", "at");
    db.execute(
        "ALTER TABLE public.odd_archive ADD CONSTRAINT known CHECK (note ? 'key?' AND \"ends\\\" <> '?')");
    assertThat(plan("odd").get("warnings").toString())
        .contains("1 rows of public.odd stay: the archive refuses them by known");
    assertThat(run("odd").deleted()).isEqualTo(4);
    assertThat(column("SELECT id FROM odd")).containsExactly("9");
    db.execute("UPDATE public.odd SET note = '{\"key?\": 9}'");
    assertThat(run("odd").deleted()).isEqualTo(1);
    List<String> archived = content("at, id, \"ends\\\", note", "odd_archive");

    String range = "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}";
    db.execute("GRANT INSERT ON public.odd TO archive_owner");
    db.execute(
        "ALTER TABLE public.odd ADD CONSTRAINT asked CHECK (note ? 'odd?' OR note <> '{\"key?\": 9}')");
    Failures.assertFails(() -> restore("odd", range), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("asked: 1 row: (note)=({\"key?\": 9})");
    db.execute(
        "ALTER TABLE public.odd DROP CONSTRAINT asked",
        "CREATE UNIQUE INDEX one ON public.odd ((note ? 'key?'), \"ends\\\") WHERE note ?| ARRAY['odd?', 'key?']",
        "INSERT INTO public.odd VALUES (now(), 1, '5', '{\"key?\": 1}'), (now(), 2, '9', '{\"key?\": 1}')");
    Failures.assertFails(() -> restore("odd", range), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("one: 2 rows: ((note ? 'key?'::text), \"ends\\\")=(true, 5), ");
    db.execute("DELETE FROM public.odd");
    assertThat(restore("odd", range).restored()).isEqualTo(5);
    assertThat(content("at, id, \"ends\\\", note", "odd")).isEqualTo(archived);
    assertLedgerIsRight("odd");
  }

  private static String bytes(int length, String name) {
    return name + "x".repeat(length - name.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void valuesOfEveryTypeArriveAsTheyLeft() {
    db.execute(
        "CREATE TYPE public.mood AS ENUM ('froh', 'müde')",
        "CREATE TYPE public.pair AS (a int, \"B b\" text)",
        "CREATE DOMAIN public.percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100)",
        """
        CREATE TABLE public.types (at timestamptz NOT NULL, a_json json, a_jsonb jsonb, a_numeric numeric,
          a_float8 float8, a_float4 float4, an_array text[], a_matrix int[][], a_range int4range,
          a_multirange tstzmultirange, a_pair public.pair, pairs public.pair[], a_mood public.mood,
          a_percent public.percent, a_bytea bytea, an_interval interval, a_bit bit(5), a_varbit varbit,
          an_inet inet, a_cidr cidr, a_char char(10), a_quoted_char "char", a_name name, a_time time,
          a_timetz timetz, a_timestamp timestamp, a_date date, a_bool boolean, a_small smallint,
          a_point point, a_tsvector tsvector, a_money money, an_oid oid, a_regclass regclass)
        """,
        """
        INSERT INTO public.types VALUES
          ('2020-01-01 00:00:00+00', '{"b":1,  "a":1.00,"a":2}', '{"b":1.00,"ü":"漢"}', 1.00, '-0', 'NaN',
           ARRAY['a', NULL, 'ü"'], '{{1,2},{3,4}}', '[1,5)', '{[2020-01-01Z,2020-02-01Z)}', '(1,"x y")',
           ARRAY[ROW(1, 'ü')::public.pair, NULL], 'müde', 99.90, '\\x00ff', '1 mon 30 days 24:00:00',
           B'10101', B'1', '10.0.0.1/8', '10.0.0.0/8', 'ab', 'x', 'n', '24:00:00', '01:02:03.000004+05:30',
           'infinity', '-infinity', true, -32768, '(1.5,-0)', 'a:1A b', 12.34, 4294967295, 'pg_class'),
          ('2020-01-01 00:00:00+00', 'null', 'null', 'NaN', 'NaN', '-0', '{}', '{}', 'empty', '{}', NULL, '{}',
           'froh', 0, '', '720:00:00', B'00000', B'', '::1', '::/0', '', '', '', '00:00:00',
           '00:00:00-15:59', 'epoch', '4713-01-01 BC', false, 32767, '(NaN,Infinity)', '', -0.01, 0, '0')
        """,
        "INSERT INTO public.types (at, a_numeric, a_float8) VALUES ('2020-01-01 00:00:00+00', 1.0, 0)");
    movePolicy("types", "types", "types_archive", "at");
    List<String> before = content("t.*", "types t");
    assertThat(before).hasSize(3);

    run("types");

    String columns =
        String.join(
            ", ",
            column(
                "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'types'::regclass AND attnum > 0 ORDER BY attnum"));
    assertThat(content(columns, "types_archive")).isEqualTo(before);
    assertLedgerIsRight("types");
  }

  @Test
  void aTypeWithoutBinaryFormMovesToo() {
    db.execute(
        "CREATE TABLE public.rights (at timestamptz NOT NULL, acl aclitem)",
        "INSERT INTO public.rights VALUES ('2020-01-01 08:00:00+00', 'archive_reader=r/archive_owner')");
    movePolicy("rights", "rights", "rights_archive", "at");

    run("rights");

    assertThat(db.rows("SELECT at, acl FROM rights_archive"))
        .containsExactly(List.of("2020-01-01 08:00:00+00", "archive_reader=r/archive_owner"));
    assertLedgerIsRight("rights");
  }

  @Test
  void valuesThatTheDatabaseComputedAreKeptAsTheyWere() {
    db.execute(
        """
        CREATE TABLE public.computed (at timestamptz NOT NULL,
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int,
          twice int GENERATED ALWAYS AS (n * 2) STORED)
        """,
        "INSERT INTO public.computed (at, n) SELECT '2020-01-01', g FROM generate_series(5, 9) g",
        """
        CREATE TABLE public.computed_archive (LIKE public.computed INCLUDING IDENTITY,
          archived_at timestamptz, archive_batch_id uuid) PARTITION BY RANGE (at)
        """,
        "ALTER TABLE public.computed_archive OWNER TO archive_owner");
    policyRow("computed", "computed", "computed_archive", "at");

    run("computed");

    assertThat(db.rows("SELECT id, n, twice FROM computed_archive ORDER BY 1"))
        .containsExactly(
            List.of("1", "5", "10"),
            List.of("2", "6", "12"),
            List.of("3", "7", "14"),
            List.of("4", "8", "16"),
            List.of("5", "9", "18"));
    assertLedgerIsRight("computed");
  }

  @Test
  void theDigestDoesNotDependOnTheClientsEncoding() throws SQLException {
    db.execute(
        "CREATE TABLE public.texts (at timestamptz NOT NULL, t text, j json, b jsonb)",
        "INSERT INTO public.texts VALUES ('2020-01-01', 'ü', '\"ü\"', '\"ü\"')");
    movePolicy("texts", "texts", "texts_archive", "at");
    run("texts");

    try (Connection latin =
            DriverManager.getConnection(
                DatabaseUrl.parse(db.url()).jdbcUrl() + "?allowEncodingChanges=true", login());
        Statement statement = latin.createStatement()) {
      statement.execute("SET client_encoding = 'LATIN1'; SET search_path = pg_catalog, pg_temp");

      assertThat(json(engine().verify(latin, "texts")).get("ok").asBoolean()).isTrue();
    }
  }

  private Properties login() {
    DatabaseUrl url = DatabaseUrl.parse(db.url());
    Properties login = new Properties();
    login.setProperty("user", url.user());
    login.setProperty("password", url.password());
    return login;
  }

  @Test
  void theDigestNoticesEveryDifferenceOfContent() {
    db.execute(
        "CREATE TABLE public.content (at timestamptz NOT NULL, n numeric, f float8, j json, t text)",
        "INSERT INTO public.content VALUES ('2020-01-01', 1.0, 0, '{}', 'a'), ('2020-01-01', 2.0, 1, '[]', 'b')");
    movePolicy("content", "content", "content_archive", "at");
    run("content");
    assertLedgerIsRight("content");

    for (String change :
        List.of(
            "n = 1.00 WHERE t = 'a'",
            "f = '-0' WHERE t = 'a'",
            "j = '{ }' WHERE t = 'a'",
            "t = 'A' WHERE t = 'a'",
            // the same values, but the other row's
            "n = 3 - n",
            "at = at + interval '1 us' WHERE t = 'a'")) {
      db.execute("CREATE TABLE public.before AS SELECT * FROM public.content_archive");
      db.execute("UPDATE public.content_archive SET " + change);
      assertThat(json(db.archive().verify("content")).get("ok").asBoolean()).as(change).isFalse();
      db.execute(
          "TRUNCATE public.content_archive",
          "INSERT INTO public.content_archive SELECT * FROM public.before",
          "DROP TABLE public.before");
      assertLedgerIsRight("content");
    }
  }
}
