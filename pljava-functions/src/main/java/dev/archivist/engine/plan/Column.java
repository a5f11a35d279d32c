package dev.archivist.engine.plan;

import dev.archivist.engine.sql.Identifier;

/**
 * A column of a table.
 *
 * @param name its name
 * @param type as DDL writes it, e.g. {@code character varying(64)}
 * @param baseType the type's name in the catalogue without modifiers, e.g. {@code varchar}
 * @param sendFunction qualified name of the type's binary output function, null if it has none
 * @param nullable whether it may be null
 * @param generated whether its value is computed by the database
 * @param hasDefault whether it gets a value where none is given
 */
public record Column(
    Identifier name,
    String type,
    String baseType,
    String sendFunction,
    boolean nullable,
    boolean generated,
    boolean hasDefault) {}
