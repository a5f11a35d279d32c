package dev.archivist.store;

import java.util.Objects;

/**
 * An owner's mark in or around a store.
 *
 * @param uri where it is
 * @param text what it says; empty if it is there but cannot be read
 */
public record FoundMark(String uri, String text) {
  /** A mark is short; what is longer is none. */
  public static final int LONGEST_BYTES = 64 * 1024;

  public FoundMark {
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(text, "text");
  }
}
