package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/** Every setting by the name of its environment variable. */
public record Config(@JsonValue Map<String, Entry> settings) {
  /**
   * A setting.
   *
   * @param value its value; secrets are not shown
   * @param from where the value came from: environment, command line, default or none
   * @param meaning what it is for
   */
  public record Entry(String value, String from, String meaning) {}
}
