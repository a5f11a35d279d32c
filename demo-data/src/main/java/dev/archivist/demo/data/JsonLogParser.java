package dev.archivist.demo.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * One JSON object a line: the exports of Google Cloud Logging, whose message is in {@code
 * textPayload} or {@code jsonPayload}, and PostgreSQL's jsonlog, where it is in {@code message}.
 */
final class JsonLogParser implements LogParser {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Override
  public Optional<EntryStart> read(String line) throws UnreadableLine {
    JsonNode object = object(line);
    JsonNode stamp = object.path("timestamp");
    if (!stamp.isTextual()) {
      throw new UnreadableLine("no timestamp in the JSON object");
    }
    messageOf(object);
    String source = object.path("resource").path("type").asText("");
    source = DecodedText.storable(source.isEmpty() ? "postgresql" : source).text();
    return Optional.of(new EntryStart(Stamps.parse(stamp.textValue()), source));
  }

  @Override
  public String message(String entry) throws UnreadableLine {
    return messageOf(object(entry));
  }

  private static JsonNode object(String line) throws UnreadableLine {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new UnreadableLine("no JSON: " + e.getOriginalMessage());
    }
    throw new UnreadableLine("no JSON object: " + Stamps.quoted(line));
  }

  private static String messageOf(JsonNode object) throws UnreadableLine {
    JsonNode payload = object.path("jsonPayload");
    for (JsonNode text :
        new JsonNode[] {
          object.path("textPayload"), payload.path("message"), object.path("message")
        }) {
      if (text.isTextual()) {
        return text.textValue();
      }
    }
    if (payload.isObject()) {
      return payload.toString();
    }
    throw new UnreadableLine("no textPayload, jsonPayload or message in the JSON object");
  }
}
