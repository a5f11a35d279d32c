package dev.archivist.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.CronExpression;

/** When a night begins. */
class CronTimeTest {
  private static final Instant FRIDAY = Instant.parse("2026-11-20T10:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 3 * * * | UTC | 2026-11-21T03:00:00Z",
        "0 0 3 * * ? | UTC | 2026-11-21T03:00:00Z",
        "0 0 3 * * ? 2090 | UTC | 2090-01-01T03:00:00Z",
        "30 22 * * 1 | UTC | 2026-11-23T22:30:00Z",
        "0 3 * * 0 | UTC | 2026-11-22T03:00:00Z",
        "0 3 * * 1-5 | UTC | 2026-11-23T03:00:00Z",
        "*/15 * * * * | UTC | 2026-11-20T10:15:00Z",
        "0 3 1 * * | UTC | 2026-12-01T03:00:00Z",
        "0 3 * * * | Europe/Rome | 2026-11-21T02:00:00Z",
        "0 3 * * * | UTC+2 | 2026-11-21T01:00:00Z",
        "0 3 * * * | -03:30 | 2026-11-21T06:30:00Z",
      })
  void isTheNextOneInItsZone(String text, String zone, String next) throws ParseException {
    CronTime time = CronTime.parse(text, ZoneId.of(zone));
    CronExpression expression = new CronExpression(time.quartzExpression());
    expression.setTimeZone(time.timeZone());

    assertThat(expression.getNextValidTimeAfter(Date.from(FRIDAY)).toInstant())
        .isEqualTo(Instant.parse(next));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3", "at three", "0 25 * * *", "0 3 30 2 *", "0 3 1 * 1", "0 0 3 * * ? 2020"})
  void isRefusedWhereItCannotBeReadOrNeverComes(String text) {
    assertThatThrownBy(() -> CronTime.parse(text, ZoneId.of("UTC")))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).isEqualTo(ArchiveError.CONFIGURATION_INVALID);
              assertThat(failure).hasMessageStartingWith("ARCHIVE_CRON is \"" + text + "\"");
              assertThat(failure.getMessage()).doesNotEndWith(".");
              assertThat(failure.hint()).endsWith("every night.");
            });
  }

  @Test
  void keepsItsZoneInTheSchedulersTables() {
    String id = CronTime.parse("0 3 * * *", ZoneId.of("UTC+2")).timeZone().getID();

    assertThat(java.util.TimeZone.getTimeZone(id).getRawOffset()).isEqualTo(2 * 60 * 60 * 1000);
  }
}
