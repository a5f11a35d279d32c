package dev.archivist.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.testing.PublishedSchema;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The records of this package and the schemas of docs/schema say the same. */
class SchemasTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/archivist/document");

  static List<Class<?>> documents() throws IOException {
    try (Stream<Path> sources = Files.list(SOURCES)) {
      return sources
          .map(source -> source.getFileName().toString().replace(".java", ""))
          .filter(name -> !name.equals("package-info"))
          .<Class<?>>map(SchemasTest::load)
          .filter(Class::isRecord)
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(SchemasTest.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String separated(String name, String by) {
    return name.replaceAll("(?<!^)(?=[A-Z])", by).toLowerCase(Locale.ROOT);
  }

  private static String nameOf(Class<?> type) {
    return separated(type.getSimpleName(), "-");
  }

  @Test
  void everyDocumentHasASchemaAndEverySchemaADocument() throws IOException {
    List<String> named = documents().stream().map(SchemasTest::nameOf).toList();
    try (Stream<Path> schemas = Files.list(PublishedSchema.DIRECTORY)) {
      assertThat(schemas.map(PublishedSchema::nameOf)).containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @Test
  void thePageForUsersHasEverySchema() throws IOException {
    String page = Files.readString(PublishedSchema.DIRECTORY.resolveSibling("json.md"));

    assertThat(documents())
        .extracting(SchemasTest::nameOf)
        .allSatisfy(name -> assertThat(page).contains("(schema/" + name + ".schema.json)"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void theSchemaIsOneAndNamesWhatTheRecordHas(Class<?> document) {
    JsonNode schema = PublishedSchema.text(nameOf(document));

    PublishedSchema.ofSchemas().assertValid(schema);
    assertThat(schema.path("title").asText()).isEqualTo(nameOf(document));
    assertSame(schema, document);
    for (Class<?> nested : nested(document)) {
      assertSame(schema.path("$defs").path(nameOf(nested)), nested);
    }
    assertThat(schema.path("$defs").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(
            nested(document).stream().map(SchemasTest::nameOf).toList());
  }

  private static List<Class<?>> nested(Class<?> document) {
    return Arrays.stream(document.getClasses())
        .<Class<?>>map(each -> each)
        .filter(each -> each.isRecord() || each.isSealed())
        .toList();
  }

  private static void assertSame(JsonNode schema, Class<?> type) {
    if (type.isSealed()) {
      assertThat(schema.path("oneOf").findValuesAsText("$ref"))
          .as("%s", type)
          .containsExactlyInAnyOrder(
              Arrays.stream(type.getPermittedSubclasses())
                  .map(each -> "#/$defs/" + nameOf(each))
                  .toArray(String[]::new));
      return;
    }
    assertThat(schema.path("type").asText()).as("%s", type).isEqualTo("object");
    if (hasFreeNames(type)) {
      return;
    }
    Map<String, RecordComponent> fields = fields(type);
    assertThat(schema.path("properties").fieldNames())
        .toIterable()
        .as("%s", type)
        .containsExactlyElementsOf(fields.keySet());
    assertThat(schema.path("additionalProperties").asBoolean(true)).as("%s", type).isFalse();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(each -> required.add(each.asText()));
    assertThat(required)
        .as("%s", type)
        .containsExactlyElementsOf(
            fields.entrySet().stream()
                .filter(
                    each -> !each.getValue().getAccessor().isAnnotationPresent(JsonInclude.class))
                .map(Map.Entry::getKey)
                .toList());
    fields.forEach(
        (name, component) ->
            assertThat(kind(schema.path("properties").path(name)))
                .as("%s of %s", name, type)
                .isEqualTo(kind(component.getGenericType())));
  }

  /** Whose fields are named by what is in it. */
  private static boolean hasFreeNames(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
  }

  private static Map<String, RecordComponent> fields(Class<?> type) {
    Map<String, RecordComponent> fields = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        fields.putAll(fields(component.getType()));
      } else {
        fields.put(separated(component.getName(), "_"), component);
      }
    }
    return fields;
  }

  /** What a schema lets a value be, without that it may be null. */
  private static String kind(JsonNode schema) {
    for (JsonNode either : schema.path("anyOf")) {
      if (either.has("$ref")) {
        return kind(either);
      }
    }
    if (schema.has("$ref")) {
      return schema.path("$ref").asText().replaceFirst(".*/", "").replaceFirst("\\..*", "");
    }
    JsonNode type = schema.path("type");
    String kind = type.isArray() ? type.path(0).asText() : type.asText();
    return kind.equals("array")
        ? "array of " + kind(schema.path("items"))
        : kind + (schema.has("format") ? " " + schema.path("format").asText() : "");
  }

  /** The same of a component. */
  private static String kind(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? "array of " + kind(generic.getActualTypeArguments()[0])
          : "object";
    }
    Class<?> plain = (Class<?>) type;
    if (plain == long.class || plain == Long.class || plain == int.class) {
      return "integer";
    }
    if (plain == double.class) {
      return "number";
    }
    if (plain == boolean.class) {
      return "boolean";
    }
    if (plain == String.class || plain.isEnum()) {
      return "string";
    }
    if (plain == UUID.class) {
      return "string uuid";
    }
    return plain == OffsetDateTime.class ? "string date-time" : nameOf(plain);
  }
}
