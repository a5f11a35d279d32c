package dev.archivist.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;

/**
 * Keeps the sessions of databases that ask for it, and gives them to who opens a session next. A
 * session that begins anew reads PostgreSQL's catalogue anew, and starts a Java where the engine is
 * in the database: most of what a short test costs. A session given again knows nothing of who had
 * it before, but that its application_name is set by a statement.
 *
 * <p>Not for tests that look at how sessions begin and end: they ask for no such database.
 */
final class KeptSessions implements Driver {
  private static final String FORGET =
      "CLOSE ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all();"
          + " SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DISCARD TEMP; DISCARD SEQUENCES";

  /** Sets the clock of the tests as their database has it now; whether this login may. */
  private static final String BEGIN_ANEW =
      "WITH wanted AS (SELECT coalesce((SELECT pg_catalog.split_part(setting, '=', 2)"
          + " FROM pg_catalog.pg_db_role_setting AS s, pg_catalog.unnest(s.setconfig) AS setting"
          + " WHERE s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d"
          + " WHERE d.datname = pg_catalog.current_database())"
          + " AND s.setrole = 0 AND setting LIKE 'archivist.now=%'), '') AS clock)"
          + " SELECT pg_catalog.set_config('application_name', ?, false) IS NOT NULL"
          + " AND pg_catalog.set_config('archivist.now', wanted.clock, false) IS NOT NULL"
          + " AND (wanted.clock = '' OR archive.may_rehearse()) FROM wanted";

  private static final Map<String, Map<String, Deque<Connection>>> KEPT = new ConcurrentHashMap<>();

  private final Driver driver;

  private KeptSessions(Driver driver) {
    this.driver = driver;
  }

  private static final class Installed {
    static {
      try {
        org.postgresql.Driver.deregister();
        DriverManager.registerDriver(new KeptSessions(new org.postgresql.Driver()));
      } catch (SQLException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }

    private static void load() {}
  }

  /**
   * From now on keeps the sessions of the database at this URL, as {@link DriverManager} has it.
   */
  static void keep(String url) {
    Installed.load();
    KEPT.put(url, new ConcurrentHashMap<>());
  }

  /**
   * Ends them.
   *
   * @return whether the database's sessions were kept
   */
  static boolean end(String url) {
    Map<String, Deque<Connection>> sessions = KEPT.remove(url);
    if (sessions == null) {
      return false;
    }
    sessions.values().stream().flatMap(Deque::stream).forEach(KeptSessions::endQuietly);
    return true;
  }

  private static void endQuietly(Connection session) {
    try {
      session.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public Connection connect(String url, Properties properties) throws SQLException {
    Map<String, Deque<Connection>> kept = KEPT.get(url);
    // a session of the program's; those of the tests' own may do what they like with it
    if (kept == null || !properties.containsKey("options")) {
      return driver.connect(url, properties);
    }
    Properties equal = new Properties();
    equal.putAll(properties);
    equal.remove("ApplicationName");
    String key = equal.toString();
    Deque<Connection> idle = kept.computeIfAbsent(key, any -> new ArrayDeque<>());
    while (true) {
      Connection session;
      synchronized (idle) {
        session = idle.poll();
      }
      if (session == null) {
        return lend(driver.connect(url, properties), idle);
      }
      if (isReady(session, properties.getProperty("ApplicationName"))) {
        return lend(session, idle);
      }
    }
  }

  private static boolean isReady(Connection session, String application) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(BEGIN_ANEW)) {
      statement.setString(1, application);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next() && row.getBoolean(1)) {
          return true;
        }
      }
    } catch (SQLException e) {
      // Somebody has ended it, or taken Archivist out of the database.
      session.close();
      return false;
    }
    session.close();
    return false;
  }

  private static Connection lend(Connection session, Deque<Connection> idle) {
    boolean[] closed = new boolean[1];
    return (Connection)
        Proxy.newProxyInstance(
            KeptSessions.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("isClosed")) {
                return closed[0] || session.isClosed();
              }
              if (method.getName().equals("close")) {
                if (!closed[0]) {
                  closed[0] = true;
                  takeBack(session, idle);
                }
                return null;
              }
              if (closed[0] && !Set.of("toString", "hashCode").contains(method.getName())) {
                throw new SQLException("This connection has been closed.", "08003");
              }
              return call(session, method, arguments);
            });
  }

  private static Object call(Connection session, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(session, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void takeBack(Connection session, Deque<Connection> idle) throws SQLException {
    if (session.isClosed()) {
      return;
    }
    try (Statement statement = session.createStatement()) {
      if (!session.getAutoCommit()) {
        session.rollback();
        session.setAutoCommit(true);
      }
      session.setReadOnly(false);
      session.clearWarnings();
      statement.execute(FORGET);
    } catch (SQLException e) {
      session.close();
      return;
    }
    synchronized (idle) {
      idle.push(session);
    }
  }

  @Override
  public boolean acceptsURL(String url) throws SQLException {
    return driver.acceptsURL(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties)
      throws SQLException {
    return driver.getPropertyInfo(url, properties);
  }

  @Override
  public int getMajorVersion() {
    return driver.getMajorVersion();
  }

  @Override
  public int getMinorVersion() {
    return driver.getMinorVersion();
  }

  @Override
  public boolean jdbcCompliant() {
    return driver.jdbcCompliant();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("org.postgresql");
  }
}
