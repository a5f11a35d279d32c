package dev.archivist.contract;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.policy.KindProvider;
import dev.archivist.engine.policy.KindSettings;
import dev.archivist.engine.policy.Move;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.policy.Step;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * A kind that no release has, made by the recipe "add a policy kind": it moves rows as {@link Move}
 * does, but only those of whole days, months or years.
 *
 * @param unit day, month or year
 */
record WholeUnitsKind(String unit) implements PolicyKind {
  private static final Move MOVE = new Move();

  /** Found by {@link java.util.ServiceLoader}. */
  public static final class Provider implements KindProvider {
    @Override
    public String label() {
      return "whole_units";
    }

    @Override
    public PolicyKind of(KindSettings settings) {
      return new WholeUnitsKind(settings.requiredText("unit"));
    }
  }

  @Override
  public String label() {
    return "whole_units";
  }

  @Override
  public boolean isPartitioned() {
    return true;
  }

  @Override
  public boolean changesArchivedRows() {
    return false;
  }

  @Override
  public boolean takesFamilies() {
    return false;
  }

  @Override
  public Optional<FileColumns> files() {
    return Optional.empty();
  }

  @Override
  public String cutoffUnit() {
    return unit;
  }

  @Override
  public List<Identifier> addedColumns() {
    return List.of();
  }

  @Override
  public Columns digested(TableColumns columns) {
    return MOVE.digested(columns);
  }

  @Override
  public SqlText liveBytes(String alias, Columns live) {
    return MOVE.liveBytes(alias, live);
  }

  @Override
  public SqlText archivedBytes(String alias, Columns content) {
    return MOVE.archivedBytes(alias, content);
  }

  @Override
  public SqlText sourceRows(String alias) {
    return MOVE.sourceRows(alias);
  }

  @Override
  public List<Refusal> refusals(TableColumns columns) {
    return MOVE.refusals(columns);
  }

  @Override
  public List<String> warnings(
      Connection connection, Policy policy, Columns live, OffsetDateTime cutoff) {
    return List.of("only whole units go: " + unit);
  }

  @Override
  public SqlText batch(List<TableColumns> family) {
    return MOVE.batch(family);
  }

  @Override
  public List<Step> steps(Policy policy, Month month, long rows, String partition) {
    return MOVE.steps(policy, month, rows, partition);
  }

  @Override
  public Optional<Refusal> againstRestore(Policy policy, boolean copied) {
    return MOVE.againstRestore(policy, copied);
  }
}
