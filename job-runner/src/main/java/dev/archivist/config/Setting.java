package dev.archivist.config;

/** Every setting of the program: an environment variable with its meaning and its default. */
public enum Setting {
  DATABASE_URL(
      "postgresql://user:password@host:5432/database; none is the embedded server of demo and db start"),
  ARCHIVE_STORE_URI(
      "where report files go: s3://bucket/prefix, file:///dir or ./dir; one prefix per database"),
  REPORTS_ARCHIVE_BUCKET("bucket for report files, where ARCHIVE_STORE_URI is not set"),
  AWS_ACCESS_KEY_ID("access key for s3://; without it the AWS default chain", true),
  AWS_SECRET_ACCESS_KEY("secret key for s3://", true),
  AWS_SESSION_TOKEN("session token, where the keys are temporary", true),
  AWS_DEFAULT_REGION("region of the bucket"),
  AWS_ENDPOINT_URL("an S3-compatible server other than AWS"),
  ARCHIVE_GLACIER_AFTER_DAYS(
      "days after which s3-lifecycle lets archived reports go to Glacier; 0 leaves them"),
  REPORTS_LOCAL_DIR("root below which reports.file_path is resolved"),
  ARCHIVE_MAX_REPORT_BYTES("largest report file that is archived, in bytes"),
  ARCHIVE_CRON("when the nightly run starts: five fields of cron, or six of Quartz"),
  ARCHIVE_TIME_ZONE("the zone in which ARCHIVE_CRON counts"),
  ARCHIVE_APP_SCHEMA("schema of the live tables, archive tables and views"),
  ARCHIVE_SYSTEM("what run files call this database"),
  ARCHIVE_RUN_FILES_DIR("where run files are written"),
  ARCHIVE_STATEMENT_TIMEOUT("longest a statement of a job may take, as PostgreSQL writes it"),
  ARCHIVE_LOCK_TIMEOUT("longest a statement of a job may wait for a lock, as PostgreSQL writes it"),
  ARCHIVE_CLOCK_TOLERANCE_SECONDS(
      "how far this machine's clock may be from the database's before nothing is run or purged"),
  ARCHIVIST_HOME("the embedded server, its store, and temporary files");

  private final String meaning;
  private final boolean secret;

  Setting(String meaning) {
    this(meaning, false);
  }

  Setting(String meaning, boolean secret) {
    this.meaning = meaning;
    this.secret = secret;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether its value is never shown. */
  public boolean secret() {
    return secret;
  }
}
