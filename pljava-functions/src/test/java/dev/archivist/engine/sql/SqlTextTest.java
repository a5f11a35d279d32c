package dev.archivist.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTextTest {

  @Test
  void everyPlaceOfAPlaceholderIsFilled() {
    assertThat(
            SqlText.load("batch.pick_by_index")
                .with("held", SqlText.load("hold.nothing_is_held"))
                .with("lock", SqlText.load("batch.unlocked"))
                .with("bytes", SqlText.number(1))
                .with("source", QualifiedName.of("public", "logs"))
                .with("time", new Identifier("at"))
                .sql())
        .isEqualTo(
            """
            SELECT old.ctid AS tid, old."at" AS at, 1 AS bytes
            FROM "public"."logs" AS old
            WHERE old."at" >= ? AND old."at" < ?
              AND NOT false
            ORDER BY old."at"
            LIMIT ? OFFSET 0""");
  }

  @Test
  void whatWasFilledInIsNeverTakenForAPlaceholder() {
    assertThat(
            SqlText.load("digest.form_binary")
                .with("value", SqlText.columns("live", List.of(new Identifier("{send}"))))
                .with("send", SqlText.function("pg_catalog.numeric_send"))
                .sql())
        .isEqualTo("pg_catalog.numeric_send(live.\"{send}\")");
  }

  @Test
  void aPlaceholderThatNothingFillsIsADefect() {
    assertThatIllegalStateException()
        .isThrownBy(() -> SqlText.load("digest.form_text").sql())
        .withMessage("nothing fills the placeholder {value}");
  }

  @Test
  void aPlaceholderThatIsNotThereIsADefect() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlText.load("digest.form_text").with("vlaue", new Identifier("x")))
        .withMessage("the SQL text has no placeholder {vlaue}");
  }

  @Test
  void emptyBracesAreNoPlaceholder() {
    assertThat(
            SqlText.load("plan.lost_detail")
                .with("source", QualifiedName.of("s", "t"))
                .with("time", new Identifier("at"))
                .with("detail", new Identifier("extra"))
                .sql())
        .endsWith("live.\"extra\" <> '{}'::jsonb");
  }

  @Test
  void aFileThatIsNotThereIsAnEngineThatIsNotWhole() {
    assertThatExceptionOfType(EngineIncomplete.class)
        .isThrownBy(() -> SqlText.load("nothing.there"))
        .withMessage("the SQL file nothing cannot be loaded");
  }

  @Test
  void aStatementThatIsNotThereIsADefect() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlText.load("batch.nothing"))
        .withMessage("batch.sql has no statement nothing");
  }
}
