package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.SQLException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a call is expected to refuse. */
final class Failures {
  private Failures() {}

  /** The program's call fails with this entry of the catalogue. */
  static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      ThrowingCallable call, ArchiveError error) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ArchiveFailure.class, failure -> assertThat(failure.error()).isEqualTo(error));
  }

  /** The engine's call, or a plain statement, fails with this SQLSTATE. */
  static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      ThrowingCallable call, String sqlState) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SQLException.class, failure -> assertThat(failure.getSQLState()).isEqualTo(sqlState));
  }
}
