package dev.archivist.db;

import dev.archivist.engine.archive.RowFailures;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Translates what JDBC throws into the catalogue, once, where it enters the program. */
public final class DatabaseFailure {
  static final String NO_POOLER =
      "Name the server itself in DATABASE_URL, not a pooler such as PgBouncer: a job needs a"
          + " session of its own, for its lock and its settings.";

  private static final String POOLER = "unsupported startup parameter";

  private DatabaseFailure() {}

  public static ArchiveFailure of(SQLException e) {
    if (e instanceof ArchiveException own) {
      return new ArchiveFailure(own.error(), own.getMessage(), own.hint(), own);
    }
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    ArchiveError ownState = ownError(state);
    if (ownState != null) {
      return new ArchiveFailure(ownState, serverMessage(e), serverHint(e), e);
    }
    if (isOfPooler(state, e)) {
      return new ArchiveFailure(
          ArchiveError.CONFIGURATION_INVALID,
          "what answers is a pooler: " + lowered(serverMessage(e)),
          NO_POOLER,
          e);
    }
    if (state.startsWith("08") || state.startsWith("57P") || state.equals("53300")) {
      return new ArchiveFailure(
          ArchiveError.DATABASE_UNREACHABLE,
          "the database cannot be reached: " + lowered(serverMessage(e)) + causeOf(e),
          lacksPassword(e)
              ? "Give the password in DATABASE_URL, PGPASSWORD or ~/.pgpass."
              : "Check host and port in DATABASE_URL, and that the server runs and has free connections.",
          e);
    }
    return switch (state) {
      case "28000", "28P01" ->
          new ArchiveFailure(
              ArchiveError.DATABASE_UNREACHABLE,
              "the database refuses the login: " + lowered(serverMessage(e)),
              "Check user and password in DATABASE_URL.",
              e);
      case "55P03", "40001", "40P01" ->
          new ArchiveFailure(
              ArchiveError.DATABASE_BUSY,
              message(state, e),
              "Others are using the tables; the job tries again by itself.",
              e);
      case "25006" ->
          new ArchiveFailure(
              ArchiveError.DATABASE_READ_ONLY,
              "the database is a standby, or read-only for this role: " + lowered(serverMessage(e)),
              "Name the primary in DATABASE_URL, or a role that may write.",
              e);
      case "3D000" ->
          new ArchiveFailure(
              ArchiveError.DATABASE_UNREACHABLE,
              lowered(serverMessage(e)),
              "Check the database's name in DATABASE_URL, or create it.",
              e);
      case "42501" ->
          new ArchiveFailure(
              ArchiveError.PRIVILEGE_MISSING,
              lowered(serverMessage(e)),
              "GRANT archive_operator to the role that runs jobs, archive_reader to one that looks;"
                  + " both need USAGE of the schemas of the tables, too;"
                  + " migrate needs the owner of the live tables with CREATEROLE, or a superuser;"
                  + " from PostgreSQL 16 on, see docs/security.md, Who migrates.",
              e);
      case "3F000", "42P01", "42883", "42703" ->
          new ArchiveFailure(
              ArchiveError.SCHEMA_NOT_MIGRATED,
              "the database is not as this version needs it: " + lowered(serverMessage(e)),
              "Run archivist migrate.",
              e);
      default ->
          new ArchiveFailure(ArchiveError.DATABASE_ERROR, message(state, e), serverHint(e), e);
    };
  }

  /** One that refuses the settings of a session, or lends another one for each transaction. */
  private static boolean isOfPooler(String state, SQLException e) {
    return state.startsWith("08") && serverMessage(e).contains(POOLER)
        // the driver gives each prepared statement a name that its session does not have yet
        || (state.equals("42P05") || state.equals("26000"))
            && serverMessage(e).startsWith("prepared statement \"S_");
  }

  /** Whether a batch that passes single rows by may do better. */
  static boolean isOfSingleRows(ArchiveFailure failure) {
    return failure.getCause() instanceof SQLException cause
        && !(cause instanceof ArchiveException)
        && RowFailures.mayBePassedBy(cause);
  }

  /** The same failure, or that the archive refuses the row, which concerns this report alone. */
  static ArchiveFailure ofReport(ArchiveFailure failure) {
    return failure.getCause() instanceof SQLException cause
            && !(cause instanceof ArchiveException)
            && RowFailures.isOfARow(cause)
        ? new ArchiveFailure(
            ArchiveError.REPORT_REFUSED,
            "the archive refuses the report's row: " + RowFailures.sentence(cause),
            "Mend the row, or take from the archive what it asks: archivist plan names it.",
            cause)
        : failure;
  }

  /** What is wrong with a statement of the user's own: the server's words, not our guesses. */
  static ArchiveFailure ofUsersStatement(SQLException e) {
    boolean isAboutTheStatement =
        e instanceof PSQLException own && own.getServerErrorMessage() != null;
    return isAboutTheStatement
            && e.getSQLState() != null
            && !e.getSQLState().startsWith("57P")
            && !isOfPooler(e.getSQLState(), e)
        ? new ArchiveFailure(
            ArchiveError.DATABASE_ERROR, message(e.getSQLState(), e), serverHint(e), e)
        : of(e);
  }

  private static String message(String state, SQLException e) {
    return lowered(serverMessage(e)) + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")");
  }

  private static ArchiveError ownError(String state) {
    return Arrays.stream(ArchiveError.values())
        .filter(error -> error.sqlState().equals(state))
        .findFirst()
        .orElse(null);
  }

  /** The server asked for one, and there is none. */
  private static boolean lacksPassword(SQLException e) {
    return e instanceof PSQLException own
        && own.getServerErrorMessage() == null
        && serverMessage(e).contains("no password was provided");
  }

  /** Why a connection was not made; the driver says only that it was not. */
  private static String causeOf(SQLException e) {
    if (!(e.getCause() instanceof IOException cause)) {
      return "";
    }
    String what =
        cause instanceof UnknownHostException
            ? "no host has this name: "
            : cause.getMessage() == null ? cause.getClass().getSimpleName() : "";
    String words = what + (cause.getMessage() == null ? "" : cause.getMessage());
    return serverMessage(e).contains(words) ? "" : " (" + lowered(words) + ")";
  }

  /** The server's own sentence, without the driver's additions. */
  private static String serverMessage(SQLException e) {
    ServerErrorMessage server = e instanceof PSQLException own ? own.getServerErrorMessage() : null;
    String message = server == null ? e.getMessage() : server.getMessage();
    // PL/Java puts the class before the message of what Java threw.
    return message == null
        ? e.getClass().getSimpleName()
        : message.strip().replaceFirst("^java\\.sql\\.SQLException: ", "");
  }

  private static String serverHint(SQLException e) {
    ServerErrorMessage server = e instanceof PSQLException own ? own.getServerErrorMessage() : null;
    return server == null || server.getHint() == null ? "" : server.getHint();
  }

  private static String lowered(String message) {
    String text = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    boolean sentence =
        text.length() > 1
            && Character.isUpperCase(text.charAt(0))
            && Character.isLowerCase(text.charAt(1));
    return sentence ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }
}
