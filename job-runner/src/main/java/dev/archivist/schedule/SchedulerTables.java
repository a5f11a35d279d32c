package dev.archivist.schedule;

import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.net.URL;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.quartz.Job;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.JobPersistenceException;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.FiredTriggerRecord;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.spi.OperableTrigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler's tables, as the daemon reads them. Every member of {@code archive_operator} writes
 * their rows, and the daemon may have more rights than those; so names and times are taken from
 * them, but no Java object and no class but {@link PolicyJob}. A trigger that wants more, or cannot
 * be read, is logged and gets Quartz's state {@code ERROR}: the others go on.
 *
 * <p>Quartz makes it, by its name.
 */
public final class SchedulerTables extends PostgreSQLDelegate {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerTables.class);
  private static final ClassLoadHelper OURS = new OurJob();

  @Override
  protected Object getObjectFromBlob(ResultSet row, String column) throws IOException {
    throw new InvalidObjectException("its column " + column + " holds a Java object");
  }

  /** A job is its name; data it has none. */
  @Override
  protected Object getJobDataFromBlob(ResultSet row, String column) {
    return null;
  }

  @Override
  public JobDetail selectJobDetail(Connection connection, JobKey key, ClassLoadHelper any)
      throws ClassNotFoundException, IOException, SQLException {
    return super.selectJobDetail(connection, key, OURS);
  }

  @Override
  public JobDetail selectJobForTrigger(
      Connection connection, ClassLoadHelper any, TriggerKey key, boolean loadJobClass)
      throws ClassNotFoundException, SQLException, IOException {
    return super.selectJobForTrigger(connection, OURS, key, loadJobClass);
  }

  /** Nothing for one that is not to be used. */
  @Override
  public OperableTrigger selectTrigger(Connection connection, TriggerKey key) throws SQLException {
    try {
      OperableTrigger trigger = super.selectTrigger(connection, key);
      if (trigger != null) {
        if (trigger.getCalendarName() != null) {
          throw new InvalidObjectException("it names a calendar, which is a Java object");
        }
        selectJobDetail(connection, trigger.getJobKey(), OURS);
      }
      return trigger;
    } catch (ClassNotFoundException
        | IOException
        | JobPersistenceException
        | RuntimeException refused) {
      refuse(connection, key, refused.getMessage());
      return null;
    }
  }

  /** Passes over those that are not to be used, however many come first. */
  @Override
  public List<TriggerKey> selectTriggerToAcquire(
      Connection connection, long noLaterThan, long noEarlierThan, int maxCount)
      throws SQLException {
    List<TriggerKey> usable = new ArrayList<>();
    List<TriggerKey> found;
    do {
      found = super.selectTriggerToAcquire(connection, noLaterThan, noEarlierThan, maxCount);
      for (TriggerKey key : found) {
        OperableTrigger trigger = selectTrigger(connection, key);
        if (trigger != null && trigger.getNextFireTime() == null) {
          refuse(connection, key, "it has no time");
        } else if (trigger != null) {
          usable.add(key);
        }
      }
    } while (usable.isEmpty() && !found.isEmpty());
    return usable;
  }

  private void refuse(Connection connection, TriggerKey key, String why) throws SQLException {
    if (updateTriggerState(connection, key, STATE_ERROR) > 0) {
      LOG.error("trigger {} of archive.qrtz_triggers is not used: {}", key, why);
    }
  }

  /** A job that a crash cut off is continued by the next one; Quartz recovers none. */
  @Override
  public List<OperableTrigger> selectTriggersForRecoveringJobs(Connection connection) {
    return List.of();
  }

  @Override
  public List<FiredTriggerRecord> selectInstancesFiredTriggerRecords(
      Connection connection, String instance) throws SQLException {
    List<FiredTriggerRecord> records =
        super.selectInstancesFiredTriggerRecords(connection, instance);
    records.forEach(fired -> fired.setJobRequestsRecovery(false));
    return records;
  }

  /** Knows one class. */
  private static final class OurJob implements ClassLoadHelper {
    @Override
    public void initialize() {}

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
      return loadClass(name, Job.class);
    }

    @Override
    public <T> Class<? extends T> loadClass(String name, Class<T> kind)
        throws ClassNotFoundException {
      if (!name.equals(PolicyJob.class.getName())) {
        throw new ClassNotFoundException("its job wants the class " + name);
      }
      return PolicyJob.class.asSubclass(kind);
    }

    @Override
    public URL getResource(String name) {
      return null;
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return null;
    }

    @Override
    public ClassLoader getClassLoader() {
      return PolicyJob.class.getClassLoader();
    }
  }
}
