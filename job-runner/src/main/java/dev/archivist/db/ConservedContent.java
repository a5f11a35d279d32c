package dev.archivist.db;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Computes what a run conserves, by other means than the engine's own digest. */
final class ConservedContent {
  private ConservedContent() {}

  static String of(Connection connection, Policy policy) throws SQLException {
    DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
    return policy.kind() instanceof PolicyKind.Rollup rollup
        ? samples(dsl, policy, rollup)
        : rows(dsl, connection, policy);
  }

  private static String samples(DSLContext dsl, Policy policy, PolicyKind.Rollup rollup) {
    return dsl.fetchValue(
        DSL.field(
            "(select n || ' samples, sum ' || total from (select"
                + " (select count(*) from {0}) + (select coalesce(sum(sample_count), 0) from {1}) as n,"
                + " (select coalesce(sum({2}), 0) from {0}) + (select coalesce(sum(value_sum), 0) from {1})"
                + " as total) as both_tiers)",
            String.class,
            live(policy),
            archive(policy),
            DSL.field(DSL.name(rollup.value().name()))));
  }

  private static String rows(DSLContext dsl, Connection connection, Policy policy)
      throws SQLException {
    List<Field<Object>> columns =
        Columns.of(connection, policy.source()).names().stream()
            .map(column -> DSL.field(DSL.name(column.name())))
            .toList();
    Select<?> all =
        dsl.select(columns).from(live(policy)).unionAll(dsl.select(columns).from(archive(policy)));
    return dsl.fetchValue(
        DSL.field(
            "(select count(*) || ' rows, md5 sum ' || coalesce(sum(('x' || substr(md5(r::text), 1, 15))"
                + "::bit(60)::bigint), 0) from ({0}) as r)",
            String.class, all));
  }

  private static Table<?> live(Policy policy) {
    return DSL.table(DSL.name(policy.source().schema().name(), policy.source().table().name()));
  }

  private static Table<?> archive(Policy policy) {
    return DSL.table(DSL.name(policy.archive().schema().name(), policy.archive().table().name()));
  }
}
