package dev.archivist.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;

/** Fills live tables, and says what must not change about their content. */
public final class LiveData {
  private static final String LOG_COLUMNS =
      "id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks";
  private static final String REPORT_COLUMNS =
      "id, scenario_id, format, file_path, file_size_bytes, generated_by, extra_data, created_at";

  private LiveData() {}

  /** Rows spread over the last three years, a third of them in each. */
  public static void logs(TestDatabase db, int rows) {
    db.execute(
        "INSERT INTO public.scenario_logs SELECT gen_random_uuid(), md5((g % 7)::text)::uuid,"
            + " pg_catalog.now() - g * interval '1095 days' / %d, md5(g::text),".formatted(rows)
            + " CASE WHEN g % 11 > 0 THEN E'line \\'' || g || E' \\\\ \\t\\n ü' END,"
            + " 'api', g, g % 3 = 0, g % 50, 1"
            + " FROM generate_series(1, %d) g".formatted(rows));
  }

  /**
   * Makes the months of all live rows, so that the first batch need not and moves some.
   *
   * @param time the time column, quoted if need be
   */
  public static void makeMonths(TestDatabase db, String policy, String table, String time) {
    db.execute(
        """
        SELECT archive.make_month_partition('%1$s', month::date)
        FROM (SELECT DISTINCT pg_catalog.date_trunc('month', %3$s, 'UTC') AT TIME ZONE 'UTC' AS month
          FROM public.%2$s WHERE isfinite(%3$s)) AS live
        """
            .formatted(policy, table, time));
  }

  /** Samples spread over the last three years, a third of them in each. */
  public static void metrics(TestDatabase db, int rows) {
    db.execute(
        "INSERT INTO public.scenario_metrics SELECT gen_random_uuid(), md5((g % 3)::text)::uuid,"
            + " pg_catalog.now() - g * interval '1095 days' / %d,".formatted(rows)
            + " 'latency', 'p' || g % 2, ((g * 7919) % 100003 - 50000) / 1000.0,"
            + " CASE WHEN g % 5 = 0 THEN 's' ELSE 'ms' END, '{}'"
            + " FROM generate_series(1, %d) g".formatted(rows));
  }

  /** A report's row; its file is not made. */
  public static UUID report(TestDatabase db, String filePath, int daysOld) {
    return UUID.fromString(
        db.value(
            "INSERT INTO public.reports (scenario_id, format, file_path, file_size_bytes, created_at)"
                + " VALUES (gen_random_uuid(), 'pdf', ?, 17, now() - ? * interval '1 day')"
                + " RETURNING id",
            filePath,
            daysOld));
  }

  /** A file that can be compressed a little, the same for the same seed. */
  public static byte[] file(Path path, int bytes, long seed) {
    byte[] content = new byte[bytes];
    Random random = new Random(seed);
    for (int i = 0; i < bytes; i++) {
      content[i] = (byte) ('a' + random.nextInt(20));
    }
    try {
      Files.createDirectories(path.getParent());
      Files.write(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return content;
  }

  /**
   * What a run conserves: count and sum of md5 over all columns of both tiers of logs and of
   * reports, number of samples and their exact sum.
   */
  public static String conserved(TestDatabase db) {
    return String.join("; ", logs(db), samples(db), reports(db));
  }

  private static String logs(TestDatabase db) {
    return both(db, LOG_COLUMNS, "scenario_logs");
  }

  private static String reports(TestDatabase db) {
    return both(db, REPORT_COLUMNS, "reports");
  }

  private static String samples(TestDatabase db) {
    return db.value(
        "SELECT 'samples ' || count(*) + (SELECT coalesce(sum(sample_count), 0) FROM"
            + " scenario_metrics_archive) || ', sum ' || coalesce(sum(value), 0) + (SELECT"
            + " coalesce(sum(value_sum), 0) FROM scenario_metrics_archive) FROM scenario_metrics");
  }

  private static String both(TestDatabase db, String columns, String table) {
    return db.value(
        "SELECT '%s ' || count(*) || ', md5 ' || coalesce(sum(('x' ||".formatted(table)
            + " substr(md5(r::text), 1, 15))::bit(60)::bigint), 0) FROM (SELECT "
            + columns
            + " FROM "
            + table
            + " UNION ALL SELECT "
            + columns
            + " FROM "
            + table
            + "_archive) r");
  }
}
