package dev.archivist.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A schema of docs/schema. */
public final class PublishedSchema {
  public static final Path DIRECTORY = Path.of("../docs/schema");
  private static final String SUFFIX = ".schema.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12, schemas -> schemas.schemas(PublishedSchema::read));

  private final String name;
  private final Schema schema;

  private PublishedSchema(String name, Schema schema) {
    this.name = name;
    this.schema = schema;
  }

  /** That of the document of this name, such as {@code run-file}. */
  public static PublishedSchema of(String name) {
    return new PublishedSchema(
        name, SCHEMAS.getSchema(SchemaLocation.of(file(name).toUri().toString())));
  }

  /** What every schema must be valid against. */
  public static PublishedSchema ofSchemas() {
    return new PublishedSchema(
        "schema",
        SCHEMAS.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId())));
  }

  /** The schema as it is written. */
  public static JsonNode text(String name) {
    try {
      return JSON.readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null for what the validator brings along. */
  private static String read(String location) {
    try {
      return location.startsWith("file:") ? Files.readString(Path.of(URI.create(location))) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String name) {
    return DIRECTORY.toAbsolutePath().normalize().resolve(name + SUFFIX);
  }

  /** The name of the document whose schema this file is. */
  public static String nameOf(Path file) {
    return file.getFileName().toString().replace(SUFFIX, "");
  }

  public void assertValid(JsonNode document) {
    assertThat(
            schema.validate(
                document,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
        .as("%s by the schema of %s", document, name)
        .isEmpty();
  }
}
