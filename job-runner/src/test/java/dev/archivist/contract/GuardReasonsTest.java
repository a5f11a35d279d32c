package dev.archivist.contract;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason against a run. On one host only: both find them by the same statements. */
class GuardReasonsTest extends EngineContract implements HostedByRunner {
  /** What someone did to the tables, and what the plan and the run must say. */
  static Stream<Arguments> reasonsAgainstLogs() {
    return Stream.of(
        Arguments.of(
            "CREATE TABLE public.child (log_id uuid REFERENCES public.scenario_logs)",
            "foreign key child_log_id_fkey of public.child points at public.scenario_logs"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs ADD parent uuid REFERENCES public.scenario_logs;"
                + " ALTER TABLE public.scenario_logs_archive ADD parent uuid",
            "foreign key scenario_logs_parent_fkey of public.scenario_logs points at public.scenario_logs"),
        Arguments.of(
            trigger("BEFORE DELETE", "FOR EACH ROW"),
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            trigger("AFTER DELETE OR UPDATE", "FOR EACH ROW"),
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            trigger("AFTER DELETE", "FOR EACH STATEMENT"),
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            trigger("BEFORE DELETE", "FOR EACH ROW")
                + "; ALTER TABLE public.scenario_logs ENABLE ALWAYS TRIGGER watch",
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            "CREATE RULE keep AS ON DELETE TO public.scenario_logs DO INSTEAD NOTHING",
            "rule keep of public.scenario_logs rewrites DELETE"),
        Arguments.of(
            "CREATE TABLE public.younger () INHERITS (public.scenario_logs)",
            "public.scenario_logs has child tables"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs ADD COLUMN \"new One\" text",
            "public.scenario_logs has a column new One that the archive lacks"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs ALTER COLUMN token_count TYPE bigint",
            "column token_count is bigint in public.scenario_logs but integer in the archive"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs ALTER COLUMN source TYPE varchar(120)",
            "column source is character varying(120) in public.scenario_logs but"
                + " character varying(100) in the archive"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs_archive DROP COLUMN token_count, ADD COLUMN token_count"
                + " integer GENERATED ALWAYS AS (size_bytes * 2) STORED",
            "column token_count is integer in public.scenario_logs but generated integer in the archive"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs_archive DROP COLUMN archive_batch_id",
            "public.scenario_logs_archive has no column archive_batch_id"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs_archive ADD COLUMN reviewed_by text NOT NULL",
            "column reviewed_by of public.scenario_logs_archive must have a value"),
        Arguments.of(
            "CREATE TABLE public.year PARTITION OF public.scenario_logs_archive FOR VALUES FROM"
                + " ('2019-01-01Z') TO ('2020-01-01Z')",
            "partition public.year of public.scenario_logs_archive is not the month of its name"),
        Arguments.of(
            "CREATE TABLE public.march PARTITION OF public.scenario_logs_archive FOR VALUES FROM"
                + " ('2019-03-01Z') TO ('2019-04-01Z')",
            "partition public.march of public.scenario_logs_archive is not the month of its name"),
        Arguments.of(
            "CREATE TABLE public.scenario_logs_archive_2019_03 PARTITION OF public.scenario_logs_archive FOR VALUES FROM"
                + " ('2019-03-01 00:00+02') TO ('2019-04-01 00:00+02')",
            "partition public.scenario_logs_archive_2019_03 of public.scenario_logs_archive is not the month of its name"),
        Arguments.of(
            "CREATE PUBLICATION of_rows FOR TABLE public.scenario_logs;"
                + " ALTER TABLE public.scenario_logs REPLICA IDENTITY NOTHING",
            "public.scenario_logs is published with its deletions and has no replica identity"),
        Arguments.of(
            "CREATE PUBLICATION of_all FOR ALL TABLES;"
                + " ALTER TABLE public.scenario_logs DROP CONSTRAINT scenario_logs_pkey",
            "public.scenario_logs is published with its deletions and has no replica identity"),
        Arguments.of(
            "CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA public;"
                + " ALTER TABLE public.scenario_logs_archive DROP CONSTRAINT scenario_logs_archive_pkey",
            "public.scenario_logs_archive is published with its changes and has no replica identity"),
        Arguments.of(
            "CREATE TABLE public.rest PARTITION OF public.scenario_logs_archive DEFAULT",
            "public.scenario_logs_archive has a DEFAULT partition"),
        Arguments.of(
            trigger("BEFORE INSERT OR UPDATE", "FOR EACH ROW")
                .replace("public.scenario_logs", "public.scenario_logs_archive"),
            "trigger watch of public.scenario_logs_archive fires on INSERT"),
        Arguments.of(
            "SELECT archive.make_month_partition('logs', '2020-01-01'); "
                + trigger("BEFORE INSERT", "FOR EACH ROW")
                    .replace("public.scenario_logs", "public.scenario_logs_archive_2020_01"),
            "trigger watch of public.scenario_logs_archive_2020_01 fires on INSERT"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs_archive OWNER TO CURRENT_USER",
            "role archive_owner may not add partitions to public.scenario_logs_archive"),
        Arguments.of(
            "REVOKE CREATE ON SCHEMA public FROM archive_owner, PUBLIC",
            "role archive_owner may not create tables in schema public"),
        Arguments.of(
            "DROP TABLE public.scenario_logs CASCADE",
            "live table public.scenario_logs is not there"),
        Arguments.of(
            "DROP TABLE public.scenario_logs_archive CASCADE",
            "archive table public.scenario_logs_archive is not there"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs ALTER COLUMN received_at TYPE timestamp",
            "public.scenario_logs has no timestamptz column received_at"),
        Arguments.of(
            "UPDATE archive.policies SET time_column = 'message_hash' WHERE name = 'logs'",
            "public.scenario_logs_archive is not partitioned by range of message_hash"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs RENAME TO real_logs;"
                + " CREATE VIEW public.scenario_logs AS SELECT * FROM public.real_logs",
            "public.scenario_logs is not an ordinary table"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs RENAME TO real_logs;"
                + " CREATE TABLE public.scenario_logs (LIKE public.real_logs) PARTITION BY RANGE (received_at)",
            "public.scenario_logs is not an ordinary table"));
  }

  @ParameterizedTest
  @MethodSource("reasonsAgainstLogs")
  void refusesMove(String statement, String what) {
    fillLogs(50);
    db.execute(statement);

    assertRefused(db.database(), "logs", what);
  }

  static Stream<Arguments> reasonsAgainstMetrics() {
    return Stream.of(
        Arguments.of(
            "ALTER TABLE public.scenario_metrics ALTER COLUMN unit DROP NOT NULL",
            "column unit of public.scenario_metrics may be null"),
        Arguments.of(
            "ALTER TABLE public.scenario_metrics ALTER COLUMN value DROP NOT NULL",
            "column value of public.scenario_metrics may be null"),
        Arguments.of(
            "DROP VIEW public.v_scenario_metrics_all; ALTER TABLE public.scenario_metrics ALTER COLUMN value TYPE numeric(20, 6)",
            "column value is not the same in public.scenario_metrics and the archive"),
        Arguments.of(
            "ALTER TABLE public.scenario_metrics DROP COLUMN unit CASCADE",
            "column unit is not the same in public.scenario_metrics and the archive"),
        Arguments.of(
            """
            DROP TABLE public.scenario_metrics_archive CASCADE;
            CREATE TABLE public.scenario_metrics_archive (id uuid, scenario_id uuid,
              timestamp timestamp, metric_type varchar(50), metric_name varchar(100),
              value numeric(15, 6), unit varchar(20), archived_at timestamptz,
              archive_batch_id uuid, is_aggregated boolean, aggregation_period text,
              sample_count int, value_sum numeric, value_min numeric, value_max numeric)
              PARTITION BY RANGE (timestamp);
            ALTER TABLE public.scenario_metrics_archive OWNER TO archive_owner
            """,
            "public.scenario_metrics_archive has no timestamptz column timestamp"));
  }

  @ParameterizedTest
  @MethodSource("reasonsAgainstMetrics")
  void refusesRollup(String statement, String what) {
    fillMetrics(50);
    db.execute(statement);

    assertRefused(db.database(), "metrics", what);
  }
}
