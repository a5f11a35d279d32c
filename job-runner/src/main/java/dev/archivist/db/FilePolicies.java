package dev.archivist.db;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * All policies of the database whose content is in files, at rest or not: they share one directory
 * of files, and may share objects. What one of them deletes another may need.
 */
record FilePolicies(PolicySession session) {

  /** What is asked of each. */
  @FunctionalInterface
  interface Question<T> {
    List<T> of(Connection connection, Policy policy) throws SQLException;
  }

  /**
   * Asks each of them, if no statement on its tables runs code of others. One that cannot be asked
   * is named in the answer.
   *
   * @throws ArchiveFailure if the session's own policy cannot be asked, or the database is busy or
   *     gone
   */
  <T> Answers<T> ask(Question<T> question) {
    Policy own = session.policy();
    List<T> found = new ArrayList<>(session.trusted(connection -> question.of(connection, own)));
    List<String> unasked = new ArrayList<>();
    for (String name : others()) {
      Answers<T> others = ask(name, question);
      found.addAll(others.found());
      unasked.addAll(others.unasked());
    }
    return new Answers<>(found, unasked);
  }

  /** As {@link #ask(Question)}, of one of the others. */
  <T> Answers<T> ask(String name, Question<T> question) {
    try {
      Policy policy = session.transaction(connection -> Policies.named(connection, name));
      return new Answers<>(
          policy.kind().files().isEmpty()
              ? List.of()
              : session.trusted(policy, connection -> question.of(connection, policy)),
          List.of());
    } catch (ArchiveFailure failure) {
      if (failure.error() == ArchiveError.DATABASE_BUSY
          || failure.error() == ArchiveError.DATABASE_UNREACHABLE) {
        throw failure;
      }
      return new Answers<>(
          List.of(),
          List.of("policy %s cannot be asked: %s".formatted(name, failure.getMessage())));
    }
  }

  /** The names of all but the session's own, as they are now. */
  List<String> others() {
    return session.transaction(Policies::maybeWithFiles).stream()
        .filter(name -> !name.equals(session.policy().name()))
        .toList();
  }
}
