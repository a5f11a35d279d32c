package dev.archivist.engine.error;

/**
 * The catalogue of everything that Archivist itself can refuse or report: one SQLSTATE (class
 * {@code ZA}), one exit code of the program and one category each. Errors of PostgreSQL keep their
 * own SQLSTATE and are never replaced by one of these.
 */
public enum ArchiveError {
  /** Another session holds the policy's advisory lock. */
  POLICY_HELD("ZA001", 4, Category.HELD),
  /** No policy has this name. */
  POLICY_UNKNOWN("ZA002", 2, Category.USAGE),
  /** A row of {@code archive.policies} contradicts itself or the tables it names. */
  POLICY_INVALID("ZA003", 3, Category.ENVIRONMENT),
  /** A guard refused the policy at plan time; nothing was touched. */
  POLICY_REFUSED("ZA004", 3, Category.ENVIRONMENT),
  /** The job is unknown, or was closed, or never opened. */
  JOB_NOT_RUNNING("ZA005", 1, Category.WORK),
  /** The session that works on the job no longer holds its policy. */
  JOB_LOCK_LOST("ZA006", 1, Category.WORK),
  /** Fewer or other rows arrived in the archive than left the live table; the batch is undone. */
  BATCH_NOT_CONSERVED("ZA007", 1, Category.WORK),
  /** The ledger and the archived data differ. */
  LEDGER_DIFFERS("ZA008", 1, Category.WORK),
  /** A session of the database could not load the engine whole; it must reconnect. */
  ENGINE_INCOMPLETE("ZA009", 1, Category.WORK),

  /** The database has no schema {@code archive}, or an older one. */
  SCHEMA_NOT_MIGRATED("ZA010", 3, Category.ENVIRONMENT),
  /** A policy's live table is not there. */
  LIVE_TABLE_MISSING("ZA011", 3, Category.ENVIRONMENT),
  /** The role lacks a right. */
  PRIVILEGE_MISSING("ZA012", 3, Category.ENVIRONMENT),
  /** The database cannot be reached or refuses the login. */
  DATABASE_UNREACHABLE("ZA013", 3, Category.ENVIRONMENT),
  /** A setting cannot be read. */
  CONFIGURATION_INVALID("ZA014", 3, Category.ENVIRONMENT),
  /** The command line cannot be understood. */
  USAGE("ZA015", 2, Category.USAGE),
  /** The embedded server cannot be started or stopped. */
  EMBEDDED_SERVER("ZA016", 3, Category.ENVIRONMENT),
  /** The program was told to stop; the batch in hand was finished. */
  INTERRUPTED("ZA017", 1, Category.WORK),
  /** PostgreSQL reported an error of its own; its SQLSTATE is in the message. */
  DATABASE_ERROR("ZA018", 1, Category.WORK),

  /** A lock was not free in time, or transactions collided; trying again is safe. */
  DATABASE_BUSY("ZA019", 1, Category.WORK),

  /** The object store does not answer. */
  STORE_UNREACHABLE("ZA020", 3, Category.ENVIRONMENT),
  /** The bucket or directory is not there. */
  STORE_MISSING("ZA021", 3, Category.ENVIRONMENT),
  /** The object store refuses these credentials. */
  STORE_DENIED("ZA022", 3, Category.ENVIRONMENT),
  /** The object store has no room. */
  STORE_FULL("ZA023", 3, Category.ENVIRONMENT),
  /** The key holds other content already; nothing was overwritten. */
  OBJECT_CONFLICT("ZA024", 1, Category.WORK),
  /** What was read back is not what was written. */
  OBJECT_CORRUPT("ZA025", 1, Category.WORK),
  /** No object has this key. */
  OBJECT_MISSING("ZA026", 1, Category.WORK),
  /** The object lies in a storage class that cannot be read at once. */
  OBJECT_FROZEN("ZA027", 1, Category.WORK),
  /** The object store, or the reports' directory, belongs to another database. */
  STORE_OF_ANOTHER("ZA028", 3, Category.ENVIRONMENT),
  /** The object store has seen jobs that this database does not know; nothing was touched. */
  STORE_NEWER("ZA029", 3, Category.ENVIRONMENT),

  /** The report's file is not there. */
  REPORT_MISSING("ZA030", 1, Category.WORK),
  /** The report's file has no bytes. */
  REPORT_EMPTY("ZA031", 1, Category.WORK),
  /** The report's file cannot be read, is not a regular file, or its path is a link. */
  REPORT_UNREADABLE("ZA032", 1, Category.WORK),
  /** The report's file is larger than the configured limit. */
  REPORT_OVERSIZED("ZA033", 1, Category.WORK),
  /** The report's path leaves the configured root. */
  REPORT_OUTSIDE_ROOT("ZA034", 1, Category.WORK),
  /** The report's row or file changed while it was being archived. */
  REPORT_CHANGED("ZA035", 1, Category.WORK),
  /** The object or the file lies where another database's are, inside what is configured. */
  OBJECT_OF_ANOTHER("ZA036", 1, Category.WORK),
  /** The archive refuses the report's row; the move was undone. */
  REPORT_REFUSED("ZA037", 1, Category.WORK),

  /** No hold of this id is in force. */
  HOLD_UNKNOWN("ZA040", 2, Category.USAGE),
  /** A hold cannot be made as it was asked for. */
  HOLD_INVALID("ZA041", 2, Category.USAGE),
  /** What is to be restored meets other rows or files in its place; nothing was overwritten. */
  RESTORE_CONFLICT("ZA042", 1, Category.WORK),
  /** The bin has no such entry. */
  BIN_UNKNOWN("ZA043", 2, Category.USAGE),
  /** The audit trail was changed. */
  AUDIT_BROKEN("ZA044", 1, Category.WORK),
  /** The policy was changed while a job ran; what the job committed stays. */
  POLICY_CHANGED("ZA045", 1, Category.WORK),
  /** The clocks of the database and of the runner are too far apart; nothing was touched. */
  CLOCKS_DIFFER("ZA046", 3, Category.ENVIRONMENT),
  /** There is no such function, or several of its name, or nobody vouches for it. */
  FUNCTION_UNKNOWN("ZA047", 2, Category.USAGE),
  /** Store or reports' directory, which this database has used, has no mark: it may be another. */
  STORE_UNMARKED("ZA048", 3, Category.ENVIRONMENT),
  /** The database takes no writes: it is a standby, or read-only by a setting. */
  DATABASE_READ_ONLY("ZA049", 3, Category.ENVIRONMENT),
  /** The schema is newer than this program; nothing was touched. */
  SCHEMA_NEWER("ZA050", 3, Category.ENVIRONMENT);

  /** What kind of answer the error asks for. */
  public enum Category {
    /** The work failed; the job says why and the next run tries again. */
    WORK,
    /** The caller asked for something that does not exist. */
    USAGE,
    /** Configuration or environment has to be corrected first. */
    ENVIRONMENT,
    /** Another session works on the policy. */
    HELD
  }

  private final String sqlState;
  private final int exitCode;
  private final Category category;

  ArchiveError(String sqlState, int exitCode, Category category) {
    this.sqlState = sqlState;
    this.exitCode = exitCode;
    this.category = category;
  }

  /** The five characters that a client sees, class {@code ZA}. */
  public String sqlState() {
    return sqlState;
  }

  /** The exit code of {@code archivist}: 1 work, 2 usage, 3 environment, 4 held. */
  public int exitCode() {
    return exitCode;
  }

  public Category category() {
    return category;
  }
}
