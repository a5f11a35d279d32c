package dev.archivist.schedule;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.TimeZone;
import org.quartz.CronScheduleBuilder;
import org.quartz.CronTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;

/**
 * When the nightly run starts.
 *
 * @param quartzExpression as Quartz writes it, seconds first
 * @param zone where the clock hangs
 */
public record CronTime(String quartzExpression, ZoneId zone) {
  private static final int UNIX_FIELDS = 5;

  /**
   * Reads five fields of cron, or the six or seven of Quartz.
   *
   * @throws ArchiveFailure {@code CONFIGURATION_INVALID} if it cannot be read
   */
  public static CronTime parse(String text, ZoneId zone) {
    boolean unix = text.strip().split("\\s+").length == UNIX_FIELDS;
    try {
      Cron cron =
          new CronParser(
                  CronDefinitionBuilder.instanceDefinitionFor(
                      unix ? CronType.UNIX : CronType.QUARTZ))
              .parse(text.strip())
              .validate();
      Cron quartz = unix ? CronMapper.fromUnixToQuartz().map(cron) : cron;
      CronTime time = new CronTime(quartz.asString(), zone);
      time.requireSomeNight(text);
      return time;
    } catch (IllegalArgumentException e) {
      throw invalid(text, "which cannot be read: " + e.getMessage().replaceFirst("\\.$", ""), e);
    }
  }

  /** The thirtieth of February can be written down, and never comes. */
  private void requireSomeNight(String text) {
    Trigger trigger =
        TriggerBuilder.newTrigger()
            .withSchedule(CronScheduleBuilder.cronSchedule(quartzExpression).inTimeZone(timeZone()))
            .build();
    if (trigger.getFireTimeAfter(Date.from(Instant.now())) == null) {
      throw invalid(text, "which never comes", null);
    }
  }

  private static ArchiveFailure invalid(String text, String why, Exception cause) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "ARCHIVE_CRON is \"" + text + "\", " + why,
        "Write five fields as for cron, e.g. 0 3 * * * for 03:00 every night.",
        cause);
  }

  /** {@link TimeZone} takes UTC+02:00 for UTC, but knows +02:00. */
  TimeZone timeZone() {
    return TimeZone.getTimeZone(zone.normalized() instanceof ZoneOffset offset ? offset : zone);
  }

  /** Whether the trigger is of this time already. */
  boolean isOf(Trigger trigger) {
    return trigger instanceof CronTrigger cron
        && cron.getCronExpression().equals(quartzExpression)
        && cron.getTimeZone().equals(timeZone());
  }
}
