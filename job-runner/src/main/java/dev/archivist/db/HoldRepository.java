package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.ACTIVE_HOLDS;
import static dev.archivist.db.jooq.archive.Tables.HOLDS;
import static dev.archivist.db.jooq.archive.Tables.POLICY_TABLES;

import dev.archivist.db.jooq.archive.Routines;
import dev.archivist.document.Hold;
import dev.archivist.document.Json;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.failure.ArchiveFailure;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Makes, releases and lists holds. */
public final class HoldRepository {
  private static final Field<Boolean> IS_ACTIVE =
      DSL.field(ACTIVE_HOLDS.HOLD_ID.isNotNull()).as("is_active");

  private final Archive archive;

  public HoldRepository(Archive archive) {
    this.archive = archive;
  }

  /**
   * A hold that is asked for.
   *
   * @param from first instant; null from the beginning
   * @param to first instant that is not held any more; null to the end
   * @param table the policy's table that {@code matching} is about, with its schema or without;
   *     null is the root
   * @param matching JSON object of columns and values; null holds all of the range
   * @param until when it ends by itself; null if it has to be released
   */
  public record Wanted(
      String policy,
      OffsetDateTime from,
      OffsetDateTime to,
      String table,
      String matching,
      OffsetDateTime until,
      String reason) {}

  /**
   * Makes a hold; when this returns, no batch that does not know it is at work.
   *
   * @throws ArchiveFailure {@code ZA002} for an unknown policy, {@code ZA041} if it cannot be made
   *     so
   */
  public UUID make(Wanted wanted) {
    return archive.query(
        dsl -> {
          dev.archivist.db.jooq.archive.routines.Hold hold =
              new dev.archivist.db.jooq.archive.routines.Hold();
          hold.setPolicy(wanted.policy());
          hold.setFromTime(wanted.from());
          hold.setToTime(wanted.to());
          hold.setTable(wanted.table() == null ? null : tableOf(dsl, wanted));
          hold.setMatching(JSONB.jsonbOrNull(wanted.matching()));
          hold.setUntil(wanted.until());
          hold.setReason(wanted.reason());
          hold.execute(dsl.configuration());
          return hold.getReturnValue();
        });
  }

  /** The table as SQL names it; null where the policy itself is to be refused. */
  private static String tableOf(DSLContext dsl, Wanted wanted) {
    List<QualifiedName> tables =
        dsl.selectFrom(POLICY_TABLES)
            .where(POLICY_TABLES.POLICY.eq(wanted.policy()))
            .orderBy(POLICY_TABLES.POSITION)
            .fetch(row -> QualifiedName.of(row.getSourceSchema(), row.getSourceTable()));
    if (tables.isEmpty()) {
      return null;
    }
    return tables.stream()
        .filter(
            table ->
                wanted.table().equals(table.toString())
                    || wanted.table().equals(table.table().name()))
        .findFirst()
        .map(QualifiedName::sql)
        .orElseThrow(
            () ->
                new ArchiveFailure(
                    ArchiveError.HOLD_INVALID,
                    wanted.table() + " is no table of policy \"" + wanted.policy() + "\"",
                    "There are these: "
                        + tables.stream()
                            .map(QualifiedName::toString)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  /**
   * Ends a hold.
   *
   * @throws ArchiveFailure {@code ZA040} if none of this id is in force
   */
  public void release(UUID hold) {
    archive.query(
        dsl -> {
          Routines.releaseHold(dsl.configuration(), hold);
          return null;
        });
  }

  /** The holds, oldest first. */
  public List<Hold> list(boolean endedToo) {
    return archive.query(
        dsl ->
            dsl.select(HOLDS.fields())
                .select(POLICY_TABLES.SOURCE_SCHEMA, POLICY_TABLES.SOURCE_TABLE, IS_ACTIVE)
                .from(HOLDS)
                .join(POLICY_TABLES)
                .on(
                    POLICY_TABLES.POLICY.eq(HOLDS.POLICY),
                    POLICY_TABLES.POSITION.eq(HOLDS.POSITION))
                .leftJoin(ACTIVE_HOLDS)
                .on(ACTIVE_HOLDS.HOLD_ID.eq(HOLDS.HOLD_ID))
                .where(endedToo ? DSL.noCondition() : ACTIVE_HOLDS.HOLD_ID.isNotNull())
                .orderBy(HOLDS.MADE_AT, HOLDS.HOLD_ID)
                .fetch(HoldRepository::hold));
  }

  private static Hold hold(Record row) {
    JSONB matching = row.get(HOLDS.MATCHING);
    return new Hold(
        row.get(HOLDS.HOLD_ID),
        row.get(HOLDS.POLICY),
        row.get(HOLDS.KIND),
        row.get(HOLDS.FROM_TIME),
        row.get(HOLDS.TO_TIME),
        QualifiedName.of(row.get(POLICY_TABLES.SOURCE_SCHEMA), row.get(POLICY_TABLES.SOURCE_TABLE))
            .toString(),
        matching == null ? null : Json.object(matching.data()),
        row.get(HOLDS.UNTIL),
        row.get(HOLDS.REASON),
        row.get(HOLDS.MADE_BY),
        row.get(HOLDS.MADE_AT),
        row.get(IS_ACTIVE));
  }
}
