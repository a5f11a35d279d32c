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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/**
 * Keeps the sessions of databases that ask for it, and gives them to who opens a session next. A
 * session that begins anew reads PostgreSQL's catalogue anew, and starts a Java where the engine is
 * in the database: most of what a short test costs. A session given again knows nothing of who had
 * it before, but that its application_name and lock_timeout are set by a statement.
 *
 * <p>Not for tests that look at how sessions begin and end: they ask for no such database.
 */
final class KeptSessions implements Driver {
  private static final String FORGET =
      "CLOSE ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all();"
          + " SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DISCARD TEMP; DISCARD SEQUENCES";

  /** What the database says of its sessions' settings; the clock of the tests changes often. */
  private static final String SETTINGS =
      "SELECT setting FROM pg_catalog.pg_db_role_setting AS s,"
          + " pg_catalog.unnest(s.setconfig) AS setting"
          + " WHERE s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d"
          + " WHERE d.datname = pg_catalog.current_database()) AND s.setrole = 0"
          + " AND setting %s 'archivist.now=%%'";

  private static final String OTHERS =
      "SELECT pg_catalog.array_agg(setting)::text FROM ("
          + SETTINGS.formatted("NOT LIKE")
          + ") AS other";

  /**
   * Sets the clock of the tests as their database has it now; the other settings, or null if this
   * login may not have that clock.
   */
  private static final String BEGIN_ANEW =
      "WITH wanted AS (SELECT coalesce((SELECT pg_catalog.split_part(setting, '=', 2) FROM ("
          + SETTINGS.formatted("LIKE")
          + ") AS clock), '') AS clock)"
          + " SELECT coalesce(("
          + OTHERS
          + "), '')"
          + " FROM wanted WHERE pg_catalog.set_config('application_name', ?, false) IS NOT NULL"
          + " AND pg_catalog.set_config('lock_timeout', ?, false) IS NOT NULL"
          + " AND pg_catalog.set_config('archivist.now', wanted.clock, false) IS NOT NULL"
          + " AND (wanted.clock = '' OR archive.may_rehearse())";

  private static final Pattern LOCK_TIMEOUT = Pattern.compile(" -c lock_timeout=(\\S+)");

  private static final Map<String, Map<String, Deque<Kept>>> KEPT = new ConcurrentHashMap<>();

  /** A session, and the settings that its database had when it began. */
  private record Kept(Connection connection, String settings) {
    static Kept of(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(OTHERS)) {
        row.next();
        String settings = row.getString(1);
        return new Kept(connection, settings == null ? "" : settings);
      }
    }
  }

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
    Map<String, Deque<Kept>> sessions = KEPT.remove(url);
    if (sessions == null) {
      return false;
    }
    sessions.values().stream()
        .flatMap(Deque::stream)
        .map(Kept::connection)
        .forEach(KeptSessions::endQuietly);
    return true;
  }

  /** Ends what is more than this many sessions of a database, none of which is in use. */
  static void keepOnly(String url, int most) {
    int left = most;
    for (Deque<Kept> idle : KEPT.getOrDefault(url, Map.of()).values()) {
      synchronized (idle) {
        for (int kept = idle.size(); kept > 0; kept--) {
          if (left > 0) {
            left--;
            idle.add(idle.poll());
          } else {
            endQuietly(idle.poll().connection());
          }
        }
      }
    }
  }

  /** Process IDs of the sessions of a database. */
  static List<Integer> processes(String url) throws SQLException {
    List<Integer> processes = new ArrayList<>();
    for (Deque<Kept> idle : KEPT.getOrDefault(url, Map.of()).values()) {
      synchronized (idle) {
        for (Kept kept : idle) {
          processes.add(kept.connection().unwrap(PGConnection.class).getBackendPID());
        }
      }
    }
    return processes;
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
    Map<String, Deque<Kept>> kept = KEPT.get(url);
    String options = properties.getProperty("options");
    // those that a test opens without any may be left in whatever state
    if (kept == null || options == null) {
      return driver.connect(url, properties);
    }
    Properties equal = new Properties();
    equal.putAll(properties);
    equal.remove("ApplicationName");
    Matcher timeout = LOCK_TIMEOUT.matcher(options);
    String lockTimeout = timeout.find() ? timeout.group(1) : "0";
    equal.setProperty("options", timeout.replaceAll(""));
    Deque<Kept> idle = kept.computeIfAbsent(equal.toString(), any -> new ArrayDeque<>());
    while (true) {
      Kept session;
      synchronized (idle) {
        session = idle.poll();
      }
      if (session == null) {
        return lend(Kept.of(driver.connect(url, properties)), idle);
      }
      if (isReady(session, properties.getProperty("ApplicationName", ""), lockTimeout)) {
        return lend(session, idle);
      }
    }
  }

  private static boolean isReady(Kept session, String application, String lockTimeout)
      throws SQLException {
    try (PreparedStatement statement = session.connection.prepareStatement(BEGIN_ANEW)) {
      statement.setString(1, application);
      statement.setString(2, lockTimeout);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next() && row.getString(1).equals(session.settings)) {
          return true;
        }
      }
    } catch (SQLException e) {
      // Somebody has ended it, or taken Archivist out of the database.
      session.connection.close();
      return false;
    }
    session.connection.close();
    return false;
  }

  private static Connection lend(Kept kept, Deque<Kept> idle) {
    Connection session = kept.connection;
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
                  takeBack(kept, idle);
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

  private static void takeBack(Kept kept, Deque<Kept> idle) throws SQLException {
    Connection session = kept.connection;
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
      idle.push(kept);
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
