package dev.archivist.document;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes documents and reads those that the engine wrote: names in snake_case, in the order of the
 * record's components, instants in ISO 8601 and UTC.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          // an engine in the database may be newer than this program
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // numbers of users, to the last digit
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .addModule(
              new SimpleModule()
                  .addSerializer(OffsetDateTime.class, new InstantWriter())
                  .addDeserializer(OffsetDateTime.class, new InstantReader()))
          .build();

  private Json() {}

  /** Over several lines, for people too. */
  public static String pretty(Object document) {
    return written(() -> MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document));
  }

  /** Without white space. */
  public static String line(Object document) {
    return written(() -> MAPPER.writeValueAsString(document));
  }

  /** Without white space and with sorted keys: equal documents give equal text. */
  static String canonical(Object document) {
    return written(
        () ->
            MAPPER
                .writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(MAPPER.convertValue(document, Object.class)));
  }

  /** Reads an object whose names are its own, as it was written. */
  public static Map<String, Object> object(String json) {
    Map<String, Object> object = new LinkedHashMap<>();
    ((Map<?, ?>) read(json, Map.class)).forEach((name, value) -> object.put((String) name, value));
    return object;
  }

  /**
   * Reads a document that the engine or the database wrote.
   *
   * @throws IllegalStateException if it is none; null is none either
   */
  public static <T> T read(String json, Class<T> type) {
    try {
      T document = MAPPER.readValue(json, type);
      if (document == null) {
        throw new IllegalStateException("no " + type.getSimpleName() + ": " + json);
      }
      return document;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no " + type.getSimpleName() + ": " + json, e);
    }
  }

  /** As documents have it; null stays null. */
  public static String instant(OffsetDateTime instant) {
    return instant == null
        ? null
        : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            instant.withOffsetSameInstant(ZoneOffset.UTC));
  }

  @FunctionalInterface
  private interface Writing {
    String text() throws JsonProcessingException;
  }

  private static String written(Writing writing) {
    try {
      return writing.text();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class InstantWriter extends StdScalarSerializer<OffsetDateTime> {
    private static final long serialVersionUID = 1L;

    InstantWriter() {
      super(OffsetDateTime.class);
    }

    @Override
    public void serialize(OffsetDateTime instant, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(instant(instant));
    }
  }

  private static final class InstantReader extends StdScalarDeserializer<OffsetDateTime> {
    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(OffsetDateTime.class);
    }

    @Override
    public OffsetDateTime deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return OffsetDateTime.parse(in.getText());
    }
  }
}
