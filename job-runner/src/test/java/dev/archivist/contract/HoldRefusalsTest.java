package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every reason for which a hold cannot be made; the function is the same on both hosts. */
class HoldRefusalsTest extends EngineContract implements HostedByRunner {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'nobody', reason => 'r' | ZA002",
        "'logs' | ZA041",
        "'logs', reason => ' ' | ZA041",
        "'logs', '2020-02-01Z', '2020-02-01Z', reason => 'r' | ZA041",
        "'logs', until => '2020-02-01Z', reason => 'r' | ZA041",
        "'logs', matching => '[]', reason => 'r' | ZA041",
        "'logs', matching => '{}', reason => 'r' | ZA041",
        "'logs', matching => '{\"nothing\": 1}', reason => 'r' | ZA041",
        "'logs', matching => '{\"received_at\": \"2020-01-01\"}', reason => 'r' | ZA041",
        "'logs', matching => '{\"scenario_id\": \"17\"}', reason => 'r' | ZA041",
        "'metrics', matching => '{\"value\": 1}', reason => 'r' | ZA041",
        "'logs', reason => 'r', kind => 'other' | 23514",
      })
  void aHoldThatCannotBeMadeIsRefused(String arguments, String sqlState) throws Exception {
    try (Rival rival = new Rival(db)) {
      Failures.assertFails(() -> rival.execute("SELECT archive.hold(" + arguments + ")"), sqlState);
    }
    assertThat(db.number("SELECT count(*) FROM archive.holds")).isZero();
  }
}
