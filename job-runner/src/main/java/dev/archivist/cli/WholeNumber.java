package dev.archivist.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number without a fraction. */
final class WholeNumber implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("[+-]?[0-9]{1,9}");

  @Override
  public Integer convert(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number of at most nine digits");
    }
    return Integer.valueOf(text);
  }
}
