package dev.archivist.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.PrintWriter;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands share: the settings and where to print. */
abstract class ConfiguredCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectWriter INDENTED = JSON.writerWithDefaultPrettyPrinter();

  @Spec CommandSpec spec;

  private Settings settings;

  void configure(Settings given) {
    settings = given;
  }

  Settings settings() {
    return settings;
  }

  void configureAgain(Settings changed) {
    settings = changed;
  }

  boolean verbose() {
    return spec.root().userObject() instanceof ArchivistCommand root && root.verbose;
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  void printJson(Object document) {
    try {
      out().println(INDENTED.writeValueAsString(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String oneLine(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** ISO 8601 in UTC; null stays null. */
  static String text(OffsetDateTime instant) {
    return instant == null ? null : instant.withOffsetSameInstant(ZoneOffset.UTC).toString();
  }

  /** A document that the database wrote. */
  static JsonNode parsed(String document) {
    try {
      return JSON.readTree(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + document, e);
    }
  }

  /** Names of policies that are there; an unknown one is wrong usage. */
  static void requireKnown(Archive archive, Iterable<String> names) {
    var known = archive.policies().stream().map(Archive.PolicySummary::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ArchiveFailure(
            ArchiveError.POLICY_UNKNOWN,
            "no policy is named \"" + name + "\"",
            "There are: " + String.join(", ", known) + ".");
      }
    }
  }
}
