package dev.archivist.torture;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * One session of the application. It works on rows of its own only, so that its log is exact; its
 * rival is the archiver. A commit whose answer is lost with the connection is looked up afterwards.
 */
final class Writer implements AutoCloseable {
  /** Deadlock, serialization failure, lock timeout: undone, and the session lives on. */
  private static final Set<String> UNDONE = Set.of("40P01", "40001", "55P03");

  private static final int PREPARING = 30;
  private static final int CHANGING = 60;

  private final World world;
  private final Statistics statistics;
  private final Books books = new Books();
  private final Application application;
  private Connection connection;

  Writer(World world, int number, Statistics statistics) throws SQLException {
    this.world = world;
    this.statistics = statistics;
    this.application = new Application(world, "w" + number, books);
    connect();
  }

  Books books() {
    return books;
  }

  /** Writes what a round is about, before the archiver runs. */
  void prepare(Random random) throws SQLException {
    for (int i = 0; i < PREPARING; i++) {
      transact(random, deed -> application.prepare(deed, random));
    }
  }

  /** Changes this and that while the archiver runs. */
  void change(Random random) throws SQLException {
    for (int i = 0; i < CHANGING; i++) {
      transact(random, deed -> application.change(deed, random));
    }
  }

  @FunctionalInterface
  private interface Work {
    void on(Deed deed) throws SQLException;
  }

  private void transact(Random random, Work work) throws SQLException {
    Deed deed = new Deed(connection, new UUID(random.nextLong(), random.nextLong()));
    boolean committed = isCommitted(deed, work);
    statistics.count(committed ? "writers' transactions" : "writers' transactions undone");
    deed.conclude(committed);
  }

  private boolean isCommitted(Deed deed, Work work) throws SQLException {
    try {
      work.on(deed);
      deed.commit();
      return true;
    } catch (SQLException e) {
      if (World.isConnectionLost(e)) {
        return outcomeOf(deed);
      }
      if (!UNDONE.contains(e.getSQLState())) {
        throw e;
      }
      connection.rollback();
      return false;
    }
  }

  /** The server that has forgotten our session knows for certain what it committed. */
  private boolean outcomeOf(Deed deed) throws SQLException {
    statistics.count("writers' connections lost");
    while (true) {
      try {
        connect();
        boolean committed = deed.wasCommitted(connection);
        connection.commit();
        if (committed) {
          statistics.count("writers' commits whose answer was lost");
        }
        return committed;
      } catch (SQLException e) {
        if (!World.isConnectionLost(e)) {
          throw e;
        }
      }
    }
  }

  private void connect() throws SQLException {
    connection = world.connect();
    connection.setAutoCommit(false);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
