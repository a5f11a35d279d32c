package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/digest.md} tells people to do, done. */
class DigestPageTest {
  private static final Path PAGE = Path.of("..", "docs", "digest.md");
  private static final Pattern RECIPE = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

  @Test
  void theRecipesOfThePageGiveWhatTheLedgerSays() throws IOException, SQLException {
    List<String> recipes = recipes(PAGE);
    assertThat(recipes).hasSize(4);
    try (TestDatabase db = TestDatabase.migrated();
        Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      LiveData.logs(db, 600);
      LiveData.metrics(db, 600);
      db.execute("UPDATE public.scenario_metrics SET extra_data = '{\"é\": 1.0}' WHERE value > 0");
      run(db, "logs");
      run(db, "metrics");
      statement.execute(recipes.get(0));

      for (String recipe : recipes.subList(1, 4)) {
        assertThat(same(statement, recipe)).isNotEmpty().containsOnly(true);
      }
      db.execute(
          "UPDATE public.scenario_logs_archive SET size_bytes = size_bytes # 1 WHERE id = (SELECT min(id::text) FROM public.scenario_logs_archive)::uuid",
          "UPDATE public.scenario_metrics_archive SET value_sum = value_sum * 1.0 WHERE id = (SELECT min(id::text) FROM public.scenario_metrics_archive)::uuid");
      for (String recipe : recipes.subList(1, 4)) {
        assertThat(same(statement, recipe)).containsOnlyOnce(false);
      }
    }
  }

  /** The statements of a page, in their order. */
  static List<String> recipes(Path page) throws IOException {
    return RECIPE.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
  }

  /** The settings that values as text need, as the page has them. */
  static String settings() throws IOException {
    return recipes(PAGE).get(0);
  }

  private static void run(TestDatabase db, String policy) {
    try (JobSession session = JobSession.open(db.database(), policy)) {
      session.begin();
      EngineContract.batches(session);
      session.finish("completed", null);
    }
  }

  private static List<Boolean> same(Statement statement, String recipe) throws SQLException {
    List<Boolean> same = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(recipe)) {
      while (rows.next()) {
        same.add(rows.getBoolean("same"));
      }
    }
    return same;
  }
}
