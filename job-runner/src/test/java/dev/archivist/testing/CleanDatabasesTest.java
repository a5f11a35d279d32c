package dev.archivist.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanDatabasesTest {
  @Test
  void rowsSequencesAndWhatWasMadeAreAsTheyWere() {
    Map<String, List<List<String>>> before;
    String name;
    try (TestDatabase db = TestDatabase.migrated()) {
      name = db.name();
      before = content(db);
      db.execute(
          "INSERT INTO public.scenario_logs SELECT gen_random_uuid(), gen_random_uuid(), '2020-01-10Z',"
              + " 'h', 'm', 'api', 1, false, 1, 1 FROM generate_series(1, 10)",
          "SELECT archive.make_month_partition('logs', '2020-01-01')",
          "UPDATE archive.policies SET batch_rows = 3, archive_after = '1 year'",
          "DELETE FROM archive.policies WHERE name = 'metrics'",
          "SELECT archive.hold('logs', reason => 'r')",
          "ALTER DATABASE " + name + " SET \"archivist.now\" = '2020-01-01Z'",
          "CREATE TABLE public.own (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz)",
          "CREATE VIEW public.owns AS SELECT * FROM public.own",
          "CREATE DOMAIN public.positive AS int CHECK (VALUE > 0)",
          "CREATE FUNCTION public.own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "CREATE SCHEMA other CREATE TABLE other.own (id serial)");
      assertThat(content(db)).isNotEqualTo(before);
    }
    try (TestDatabase db = TestDatabase.migrated()) {
      assertThat(db.name()).isEqualTo(name);
      assertThat(content(db)).isEqualTo(before);
      db.execute("SELECT archive.hold('logs', reason => 'r')");
      assertThat(db.value("SELECT to_regclass('public.own')")).isNull();
      assertThat(db.value("SELECT coalesce(current_setting('archivist.now', true), '')")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE public.scenario_logs ADD COLUMN note text",
        "ALTER TABLE public.scenario_logs ALTER COLUMN source DROP NOT NULL, ALTER COLUMN source SET STATISTICS 7",
        "ALTER TABLE public.scenario_logs OWNER TO archive_owner",
        "ALTER TABLE public.scenario_logs SET (fillfactor = 70)",
        "ALTER TABLE public.scenario_logs ADD CHECK (size_bytes >= 0)",
        "ALTER TABLE archive.policies DISABLE TRIGGER ALL",
        "DROP TABLE public.reports CASCADE",
        "DROP VIEW public.v_scenario_logs_all",
        "GRANT SELECT ON public.scenario_logs TO PUBLIC",
        "GRANT SELECT (id) ON public.scenario_logs TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC",
        "CREATE OR REPLACE FUNCTION archive.clock() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'",
        "COMMENT ON TABLE public.scenario_logs IS 'mine'",
        "CREATE POLICY none ON public.scenario_logs USING (false)",
        "CREATE CAST (public.reports AS text) WITH INOUT",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
        "CREATE PUBLICATION all_of_it FOR ALL TABLES",
        "SELECT lo_create(0)",
        "GRANT CREATE ON DATABASE %s TO PUBLIC",
        "ALTER ROLE archive_reader IN DATABASE %s SET work_mem = '1MB'",
        "CREATE ROLE %s_mine"
      })
  void aDatabaseInWhichAnythingElseChangedIsNotUsedAgain(String change) {
    TestDatabase db = TestDatabase.migrated();
    try {
      db.execute(change.formatted(db.name()));
    } finally {
      db.close();
    }
    try (TestDatabase next = TestDatabase.migrated()) {
      assertThat(next.name()).isNotEqualTo(db.name());
    } finally {
      db.cluster().execute("postgres", "DROP ROLE IF EXISTS " + db.name() + "_mine");
    }
  }

  private static Map<String, List<List<String>>> content(TestDatabase db) {
    Map<String, List<List<String>>> content = new TreeMap<>();
    for (List<String> table :
        db.rows(
            "SELECT c.oid::regclass::text, CASE relkind WHEN 'S' THEN 'last_value, is_called' ELSE '*' END"
                + " FROM pg_class c WHERE c.relkind IN ('r', 'p', 'S') AND c.oid >= 16384"
                + " AND c.relnamespace <> 'pg_toast'::regnamespace")) {
      List<List<String>> rows = db.rows("SELECT " + table.get(1) + " FROM " + table.get(0));
      content.put(
          table.get(0), rows.stream().sorted(Comparator.comparing(List::toString)).toList());
    }
    return content;
  }
}
