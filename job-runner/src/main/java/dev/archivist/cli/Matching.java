package dev.archivist.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Columns and values as options give them, put into JSON. */
final class Matching {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Matching() {}

  /** Null where there are none. The database puts each value into the form of its column. */
  static String json(Map<String, String> values) {
    if (values.isEmpty()) {
      return null;
    }
    ObjectNode node = JSON.createObjectNode();
    values.forEach(node::put);
    return node.toString();
  }
}
