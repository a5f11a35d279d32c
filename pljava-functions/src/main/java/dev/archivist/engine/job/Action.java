package dev.archivist.engine.job;

import java.util.Locale;

/** What a job does. */
public enum Action {
  /** Takes old rows to the archive. */
  RUN,
  /** Takes archived rows back. */
  RESTORE,
  /** Ends what is past its retention. */
  PURGE,
  /** Brings reports and objects together again after the database has gone back in time. */
  RECONCILE;

  /** The name as {@code archive_jobs.action} has it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Action of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
