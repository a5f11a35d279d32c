package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StampsTest {

  @ParameterizedTest
  @CsvSource({
    "2024-02-29 23:59:59, 2024-02-29T23:59:59Z",
    "2024-02-29T23:59:59.5, 2024-02-29T23:59:59.500Z",
    "2024-02-29T23:59:59.123456789Z, 2024-02-29T23:59:59.123456Z",
    "2024-07-01 00:30:00.250 CEST, 2024-06-30T22:30:00.250Z",
    "2024-01-01 00:30:00 CET, 2023-12-31T23:30:00Z",
    "2024-01-01 02:30:00 MSK, 2023-12-31T23:30:00Z",
    "2024-01-01 02:30:00 UTC, 2024-01-01T02:30:00Z",
    "2024-01-01 02:30:00 GMT, 2024-01-01T02:30:00Z",
    "2024-01-01 02:30:00+02, 2024-01-01T00:30:00Z",
    "2024-01-01T02:30:00+00:00, 2024-01-01T02:30:00Z",
    "2024-01-01 02:30:00-0330, 2024-01-01T06:00:00Z"
  })
  void a_stamp_is_read_in_its_zone_and_as_utc_without_one(String text, Instant instant)
      throws UnreadableLine {
    assertThat(Stamps.parse(text)).isEqualTo(instant);
  }

  @ParameterizedTest
  @CsvSource({
    "2023-02-29 00:00:00, no such time",
    "2024-01-01 24:00:00, no such time",
    "2024-01-01 00:00:00 QQQ, unknown time zone QQQ",
    "2024-01-01 00:00:00+99, no such time",
    "2024-01-01, no time stamp",
    "yesterday, no time stamp"
  })
  void what_is_no_time_says_why(String text, String reason) {
    assertThatThrownBy(() -> Stamps.parse(text))
        .isInstanceOf(UnreadableLine.class)
        .hasMessageStartingWith(reason);
  }
}
