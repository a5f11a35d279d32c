package dev.archivist.cli;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One {@code --where}: rows whose column has the value. */
record Matching(String column, String value) {
  /** Reads {@code COLUMN=VALUE}; the value may be empty or have more equals signs. */
  static final class Converter implements ITypeConverter<Matching> {
    @Override
    public Matching convert(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw new TypeConversionException("should be in COLUMN=VALUE format but was " + text);
      }
      return new Matching(text.substring(0, equals), text.substring(equals + 1));
    }
  }

  /**
   * Columns and their values, in the order given. The database puts each value into the form of its
   * column.
   *
   * @param instead what to do where a column should have one of several values
   * @throws ArchiveFailure {@code USAGE} if a column is named twice: no row has two values
   */
  static Map<String, String> map(List<Matching> all, String instead) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Matching each : all) {
      if (values.put(each.column, each.value) != null) {
        throw new ArchiveFailure(
            ArchiveError.USAGE,
            "--where names column \"" + each.column + "\" twice",
            "All conditions must hold, and a row has one value. " + instead);
      }
    }
    return values;
  }
}
