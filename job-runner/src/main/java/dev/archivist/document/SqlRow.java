package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/** A row of a query's result: columns and their values as text, null for null. */
public record SqlRow(@JsonValue Map<String, String> columns) {}
