package dev.archivist.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a server listens and how to log in.
 *
 * @param port on 127.0.0.1
 * @param password the superuser's
 */
record ServerAddress(int port, String password) {
  static final String HOST = "127.0.0.1";
  static final String MAINTENANCE_DATABASE = "postgres";

  private static final int CONNECT_TIMEOUT_SECONDS = 5;
  private static final String TOO_MANY_CONNECTIONS = "53300";
  private static final String CANNOT_CONNECT_NOW = "57P03";
  private static final String CONNECTION_EXCEPTION = "08";
  private static final String DUPLICATE_DATABASE = "42P04";

  /** A record would print the password. */
  @Override
  public String toString() {
    return HOST + ":" + port;
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
  }

  Connection connect(String database) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {HOST});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database);
    source.setUser(HomeDirectory.SUPERUSER);
    source.setPassword(password);
    source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
    return source.getConnection();
  }

  /**
   * Whether a session can be opened now; false while the server starts, recovers or shuts down.
   *
   * @throws EmbeddedServerException if it answers, but will not let this program in
   */
  boolean answers() {
    try (Connection connection = connect(MAINTENANCE_DATABASE)) {
      return connection.isValid(CONNECT_TIMEOUT_SECONDS);
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.equals(CANNOT_CONNECT_NOW) || state.startsWith(CONNECTION_EXCEPTION)) {
        return false;
      }
      if (state.equals(TOO_MANY_CONNECTIONS)) {
        return true;
      }
      throw new EmbeddedServerException(
          "the embedded server on port " + port + " refuses the login: " + e.getMessage(),
          "Check that the file password in its home directory is the one it was made with.",
          e);
    }
  }

  void createDatabaseIfMissing(String name) {
    try (Connection connection = connect(MAINTENANCE_DATABASE);
        Statement statement = connection.createStatement()) {
      // template0 can be copied while other sessions use template1.
      statement.execute("create database " + quoted(name) + " template template0");
    } catch (SQLException e) {
      if (!DUPLICATE_DATABASE.equals(e.getSQLState())) {
        throw new EmbeddedServerException(
            "cannot create the database " + name + ": " + e.getMessage(),
            "Fix what PostgreSQL reports, then try again.",
            e);
      }
    }
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
