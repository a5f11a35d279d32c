package dev.archivist.schedule;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.time.ZoneId;
import java.util.TimeZone;
import org.quartz.CronTrigger;
import org.quartz.Trigger;

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
      return new CronTime(quartz.asString(), zone);
    } catch (IllegalArgumentException e) {
      throw new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "ARCHIVE_CRON is \"" + text + "\", which cannot be read: " + e.getMessage(),
          "Write five fields as for cron, e.g. 0 3 * * * for 03:00 every night.",
          e);
    }
  }

  /** Whether the trigger is of this time already. */
  boolean isOf(Trigger trigger) {
    return trigger instanceof CronTrigger cron
        && cron.getCronExpression().equals(quartzExpression)
        && cron.getTimeZone().equals(TimeZone.getTimeZone(zone));
  }
}
