package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.contract.Login;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every policy has its unified views, and nobody else's view is taken for one of them. */
class UnifiedViewsTest {
  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  private Migrations.Result migrate() {
    return new Migrations(db.database()).migrate(HostChoice.RUNNER);
  }

  private List<String> views() {
    return db
        .rows("SELECT viewname FROM pg_views WHERE viewname LIKE 'v\\_%\\_all' ORDER BY 1")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  /** A policy of this name, with the table of that name. */
  private void policy(String name) {
    db.execute(
        "CREATE TABLE public.%s (id bigint PRIMARY KEY, at timestamptz NOT NULL)".formatted(name),
        """
        CREATE TABLE public.%1$s_archive (LIKE public.%1$s, archived_at timestamptz NOT NULL,
          archive_batch_id uuid, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)
        """
            .formatted(name),
        "ALTER TABLE public.%s_archive OWNER TO archive_owner".formatted(name));
    declare(name);
  }

  private void declare(String name) {
    db.execute(
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after)
        VALUES ('%s', 'move', 'at', '1 year')
        """
            .formatted(name),
        PolicySql.table(name, name, name + "_archive"));
  }

  @Test
  void anyMemberOfTheOwnerMakesThemAnew() {
    db.execute("ALTER TABLE public.scenario_logs ADD COLUMN extra int");
    try (Login member = new Login(db, "archive_owner")) {
      db.execute(
          "SET SESSION AUTHORIZATION " + member.name(),
          "SELECT archive.make_unified_views('logs')",
          "RESET SESSION AUTHORIZATION");
    }

    assertThat(db.rows("SELECT extra FROM public.v_scenario_logs_all")).isEmpty();
    assertThat(db.rows("SELECT DISTINCT viewowner FROM pg_views WHERE viewname LIKE 'v\\_%\\_all'"))
        .containsExactly(List.of("archive_engine"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE VIEW public.v_orders_all AS SELECT 1 AS mine",
        "CREATE TABLE public.v_orders_all AS SELECT 1 AS mine",
        "SET ROLE archive_owner; CREATE VIEW public.v_orders_all AS SELECT 1 AS mine; RESET ROLE",
        "SET ROLE archive_owner; CREATE VIEW public.v_orders_all AS SELECT 1 AS mine, count(*)"
            + " FROM public.orders_archive; RESET ROLE",
      })
  void whatIsNotOursIsLeftAloneAndNamed(String mine) {
    policy("orders");
    policy("payments");
    db.execute(mine);
    String message = "public.v_orders_all is there already, and is not Archivist's view of";

    assertThatThrownBy(() -> db.execute("SELECT archive.make_unified_views('orders')"))
        .hasMessageContaining(message)
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> assertThat(e.getSQLState()).isEqualTo(ArchiveError.POLICY_REFUSED.sqlState()));
    for (int i = 0; i < 2; i++) {
      assertThat(migrate().remarks())
          .hasSize(2)
          .satisfiesExactly(
              remark ->
                  assertThat(remark)
                      .startsWith("policy \"orders\" has no unified views: " + message),
              hint -> assertThat(hint).startsWith("HINT: Nothing was changed. Rename or drop it"));
    }
    assertThat(db.value("SELECT mine FROM public.v_orders_all")).isEqualTo("1");
    assertThat(views()).contains("v_payments_all");
  }

  @Test
  void aMigrationMakesThemForEveryPolicyThatHasNone() {
    policy("orders");

    assertThat(migrate().executed()).isEqualTo(1);

    assertThat(db.number("SELECT count(*) FROM public.v_orders_all")).isZero();
    assertThat(migrate().executed()).isZero();
  }

  @Test
  void aPolicyWithoutTablesHindersNoMigration() {
    declare("orders");

    assertThat(migrate().remarks())
        .containsExactly(
            "policy \"orders\" has no unified views: there is no live table public.orders",
            "HINT: Make it, or correct archive.policy_tables, and make the views again.");

    db.execute("CREATE TABLE public.orders (id bigint PRIMARY KEY, at timestamptz NOT NULL)");
    assertThat(migrate().remarks().get(0))
        .endsWith("there is no archive table public.orders_archive");
  }

  @Test
  void aSchemaWhereTheOwnerMayMakeNothingIsNamed() {
    db.execute(
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, at timestamptz NOT NULL)");
    policy("orders");
    db.execute(
        "GRANT USAGE ON SCHEMA shop TO archive_owner",
        "UPDATE archive.policy_tables SET source_schema = 'shop' WHERE policy = 'orders'");

    assertThat(migrate().remarks().get(0))
        .endsWith("archive_owner may not make views in schema shop");

    db.execute("GRANT CREATE ON SCHEMA shop TO archive_owner");
    assertThat(migrate().remarks()).isEmpty();
    assertThat(db.number("SELECT count(*) FROM shop.v_orders_all")).isZero();
  }

  @Test
  void whatAnUninstallTookAMigrationPutsBack() {
    policy("orders");
    migrate();
    List<String> before = views();
    assertThat(before)
        .containsExactly(
            "v_orders_all", "v_reports_all", "v_scenario_logs_all", "v_scenario_metrics_all");

    assertThat(Uninstall.run(db.database()).dropped())
        .contains("DROP VIEW public.v_orders_all", "DROP VIEW public.v_reports_all");
    assertThat(views()).isEmpty();

    assertThat(migrate().remarks()).isEmpty();
    assertThat(views()).isEqualTo(before);
  }
}
