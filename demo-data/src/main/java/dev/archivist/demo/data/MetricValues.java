package dev.archivist.demo.data;

import dev.archivist.demo.MetricRow;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Reads numbers for {@code DECIMAL(15,6)}. */
final class MetricValues {
  private static final int DIGITS_BEFORE_POINT = MetricRow.VALUE_PRECISION - MetricRow.VALUE_SCALE;

  /** Longer than any number that a program writes; reading takes the square of the length. */
  private static final int MAX_CHARACTERS = 400;

  private MetricValues() {}

  /**
   * The number, rounded half up to six digits after the point.
   *
   * @throws UnreadableLine if it is no number, or too large for the column
   */
  static BigDecimal parse(String text) throws UnreadableLine {
    BigDecimal exact = exact(text.strip());
    // Decided on the exponent first: writing out 1e999999999 would take all memory there is.
    long digitsBeforePoint = (long) exact.precision() - exact.scale();
    if (digitsBeforePoint < -MetricRow.VALUE_SCALE || exact.signum() == 0) {
      return BigDecimal.ZERO.setScale(MetricRow.VALUE_SCALE);
    }
    if (digitsBeforePoint <= DIGITS_BEFORE_POINT) {
      BigDecimal rounded = exact.setScale(MetricRow.VALUE_SCALE, RoundingMode.HALF_UP);
      if (rounded.precision() <= MetricRow.VALUE_PRECISION) {
        return rounded;
      }
    }
    throw new UnreadableLine("too large for DECIMAL(15,6): " + Stamps.quoted(text));
  }

  private static BigDecimal exact(String text) throws UnreadableLine {
    try {
      if (text.length() <= MAX_CHARACTERS) {
        return new BigDecimal(text);
      }
    } catch (NumberFormatException e) {
      throw new UnreadableLine("no number: " + Stamps.quoted(text));
    }
    throw new UnreadableLine("no number: " + Stamps.quoted(text));
  }
}
