package dev.archivist.cli;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An instant as people write it: {@code 2024-01-31}, {@code 2024-01-31T12:00:00}, with an offset or
 * without; in UTC where it says none.
 */
final class UtcInstant implements ITypeConverter<OffsetDateTime> {
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .toFormatter()
          .withResolverStyle(ResolverStyle.STRICT)
          .withChronology(IsoChronology.INSTANCE);

  @Override
  public OffsetDateTime convert(String text) {
    try {
      TemporalAccessor parsed =
          FORMAT.parseBest(
              text.strip().replace(' ', 'T'),
              OffsetDateTime::from,
              LocalDateTime::from,
              LocalDate::from);
      if (parsed instanceof OffsetDateTime instant) {
        return instant;
      }
      return parsed instanceof LocalDateTime local
          ? local.atOffset(ZoneOffset.UTC)
          : ((LocalDate) parsed).atStartOfDay().atOffset(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a date or instant such as 2024-01-31 or 2024-01-31T12:00:00Z");
    }
  }
}
