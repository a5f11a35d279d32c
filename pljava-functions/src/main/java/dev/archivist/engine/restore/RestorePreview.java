package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.job.CodeState;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.TableLocks;
import dev.archivist.engine.policy.Family;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Jsonb;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a restore would do now. It only reads: in a read-only transaction it works too. */
public final class RestorePreview {
  private RestorePreview() {}

  /**
   * As JSON: {@code policy}, {@code from}, {@code to}, {@code target}, {@code hold}, {@code rows},
   * {@code bytes}, {@code months}, {@code notes}, {@code refusals}, {@code conflicts}.
   *
   * @param options a JSON object as {@link RestoreRequest#checked} takes it
   */
  public static String render(Connection connection, Policy policy, String options)
      throws SQLException {
    OutputSettings.fix(connection);
    RestoreRequest request =
        RestoreRequest.of(connection, RestoreRequest.checked(connection, policy, options));
    TableLocks.keepOthersOut(connection, policy);
    CodeState code = CodeState.of(connection, policy, request.into());
    List<Refusal> refusals = RestoreGuards.check(connection, policy, request);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("policy", policy.name());
    document.put("from", request.from().toInstant().toString());
    document.put("to", request.to().toInstant().toString());
    document.put("target", request.target(policy.root()).toString());
    document.put("hold", request.hold());
    List<Map<String, Object>> months =
        refusals.isEmpty() ? months(connection, policy, request) : List.of();
    document.put("rows", sum(months, "rows"));
    document.put("bytes", sum(months, "bytes"));
    document.put("months", months);
    document.put("notes", notes(connection, policy, request));
    document.put("refusals", refusals.stream().map(RestorePreview::refusal).toList());
    List<Conflict> conflicts =
        refusals.isEmpty()
            ? Conflict.of(connection, policy, request, request.from(), request.to())
            : List.of();
    document.put("conflicts", conflicts.stream().map(RestorePreview::conflict).toList());
    code.require(connection);
    return Jsonb.render(connection, document);
  }

  /** What would not come back, and what nobody can tell before. */
  private static List<String> notes(Connection connection, Policy policy, RestoreRequest request)
      throws SQLException {
    List<String> notes = new ArrayList<>(request.binned(connection, policy));
    for (String unseen : Conflict.unseen(connection, policy, request)) {
      notes.add("not checked, because only the restore itself can tell: " + unseen);
    }
    return notes;
  }

  private static List<Map<String, Object>> months(
      Connection connection, Policy policy, RestoreRequest request) throws SQLException {
    List<SqlText> tables = new ArrayList<>();
    Family family = Inspection.of(connection, policy).family();
    for (PolicyTable table : policy.tables()) {
      tables.add(rows(connection, family, table));
    }
    SqlText text =
        SqlText.load("restore.months").with("tables", SqlText.joined("\n  UNION ALL\n  ", tables));
    List<Map<String, Object>> months = new ArrayList<>();
    Query query = Query.of(connection, text);
    policy.tables().forEach(any -> query.bind(request.from(), request.to(), request.matching()));
    query.list(
        row -> {
          Map<String, Object> month = new LinkedHashMap<>();
          month.put("month", row.getString("month"));
          month.put("rows", row.getLong("rows"));
          month.put("bytes", row.getLong("bytes"));
          return months.add(month);
        });
    return months;
  }

  private static SqlText rows(Connection connection, Family family, PolicyTable table)
      throws SQLException {
    Policy policy = family.policy();
    Columns columns =
        CopyBatch.ownColumns(policy, Columns.of(connection, table.archive()))
            .without(List.of(PolicyTable.ROOT_TIME));
    String alias = table.isRoot() ? "root" : "kept";
    return SqlText.load("restore.rows_of_table")
        .with("time", policy.time())
        .with("joined", family.archivedWithRoot(table, "kept"))
        .with("bytes", policy.kind().archivedBytes(alias, columns));
  }

  private static long sum(List<Map<String, Object>> months, String of) {
    return months.stream().mapToLong(month -> (Long) month.get(of)).sum();
  }

  private static Map<String, Object> refusal(Refusal refusal) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("what", refusal.what());
    document.put("why", refusal.why());
    document.put("hint", refusal.hint());
    return document;
  }

  private static Map<String, Object> conflict(Conflict conflicts) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("key", conflicts.key());
    document.put("rows", conflicts.rows());
    document.put("shown", conflicts.shown());
    return document;
  }
}
