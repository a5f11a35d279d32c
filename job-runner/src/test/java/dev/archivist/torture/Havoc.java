package dev.archivist.torture;

import static dev.archivist.store.s3.FaultyServer.method;
import static dev.archivist.store.s3.FaultyServer.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * One act of a round and its moment. The moment is a point of the job's work and not of time, so
 * that it falls between the job's steps wherever the machine is fast or slow: when a policy's job
 * has committed so many batches, or when the store is asked for an object.
 */
final class Havoc {
  private final World world;
  private final Act act;
  private final Statistics statistics;
  private final Table policy;
  private final int batches;
  private final long jitterNanos;
  private final boolean atStoreRequest;
  private final boolean beforeAnswer;
  private final String storeMethod;
  private final List<String> secondRun;
  private boolean secondRuns;
  private boolean otherRuns;
  private volatile boolean over;

  /** Decides everything that chance decides. */
  Havoc(World world, Act act, Random random, List<String> secondRun, Statistics statistics) {
    this.world = world;
    this.act = act;
    this.statistics = statistics;
    this.secondRun = secondRun;
    this.policy = Phase.policy(secondRun, random);
    this.batches = random.nextInt(policy == Table.REPORTS ? 3 : 6);
    this.jitterNanos = (long) random.nextInt(4) * random.nextInt(5_000_000);
    this.atStoreRequest = policy == Table.REPORTS && random.nextBoolean();
    this.beforeAnswer = random.nextBoolean();
    this.storeMethod = Chance.oneOf(List.of("PUT", "GET"), random);
    if (act == Act.STORE_FAULTS) {
      int faults = 1 + random.nextInt(3);
      for (int i = 0; i < faults; i++) {
        Chance.oneOf(List.of(StoreFault.values()), random).plant(world.s3, random, statistics);
      }
    }
  }

  @Override
  public String toString() {
    if (act == Act.NOTHING || act == Act.STORE_FAULTS) {
      return act.label();
    }
    String moment =
        atStoreRequest
            ? (beforeAnswer ? "before the answer to " : "before ") + storeMethod
            : "after " + batches + " batches of " + policy.policy();
    return act.label() + " " + moment;
  }

  /** Waits for the moment, and acts; returns when that is done or the program has ended. */
  void await(Watch watch) throws SQLException {
    if (act == Act.NOTHING || act == Act.STORE_FAULTS) {
      return;
    }
    Runner runner = watch.runner();
    if (atStoreRequest) {
      Runnable strike = () -> strike(runner);
      world.s3.once(
          method(storeMethod).and(path(StoreFault.OBJECTS)),
          beforeAnswer ? world.s3.before(strike) : world.s3.after(strike));
    } else if (watch.awaitBatches(policy.policy(), batches, () -> over)) {
      LockSupport.parkNanos(jitterNanos);
      strike(runner);
    }
  }

  private synchronized void strike(Runner runner) {
    if (over || !runner.isRunning()) {
      return;
    }
    boolean struck = true;
    switch (act) {
      case KILL_RUNNER -> runner.kill();
      case TERMINATE_RUNNER -> runner.terminate();
      case CUT_CONNECTION -> struck = cutConnection();
      case KILL_SERVER -> world.server.killAndRestart();
      case SECOND_RUNNER -> beginSecond();
      case OTHER_DATABASE -> beginOther();
      default -> throw new IllegalStateException(act.label());
    }
    if (struck) {
      statistics.count(act.label());
    }
  }

  private void beginSecond() {
    try {
      world.secondRunner.begin(secondRun);
      secondRuns = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beginOther() {
    try {
      world.otherDatabase.begin(List.of("run", "--reports"));
      otherRuns = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean cutConnection() {
    try (Connection connection = world.connect();
        PreparedStatement cut =
            connection.prepareStatement(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
                    + " 'archivist %' AND datname = current_database()");
        ResultSet ended = cut.executeQuery()) {
      return ended.next();
    } catch (SQLException e) {
      if (World.isConnectionLost(e)) {
        return false; // the other act of the round has killed the server
      }
      throw new IllegalStateException(e);
    }
  }

  /** Makes no more of it; waits for what it began. */
  synchronized void end() throws Exception {
    over = true;
    if (secondRuns) {
      statistics.count("second runner's exit code " + world.secondRunner.exitCode());
    }
    if (otherRuns) {
      int code = world.otherDatabase.exitCode();
      statistics.count("exit code of the other database's run " + code);
      assertThat(code).as("the other database's run on this one's store").isNotZero();
    }
  }
}
