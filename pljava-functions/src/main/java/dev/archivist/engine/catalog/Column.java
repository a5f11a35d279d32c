package dev.archivist.engine.catalog;

import dev.archivist.engine.sql.Identifier;

/**
 * A column of a table.
 *
 * @param name its name
 * @param type as DDL writes it, e.g. {@code character varying(64)}
 * @param baseType the type's name in the catalogue without modifiers, e.g. {@code varchar}
 * @param element name of the built-in type that its values are made of: its own, or the one that
 *     its domain, array, range or multirange is over; null where that is a type that is not
 *     PostgreSQL's own
 * @param ofMany whether a value may hold several elements or none
 * @param fixedWidth whether each of its values takes the same room
 * @param sendFunction qualified name of the type's binary output function, null if it has none
 * @param outputFunction qualified name of the type's text output function, null if that is another
 *     type's
 * @param nullable whether it may be null
 * @param generated whether its value is computed by the database
 * @param hasDefault whether it gets a value where none is given
 * @param equality by which two of its values are the same
 */
public record Column(
    Identifier name,
    String type,
    String baseType,
    String element,
    boolean ofMany,
    boolean fixedWidth,
    String sendFunction,
    String outputFunction,
    boolean nullable,
    boolean generated,
    boolean hasDefault,
    Equality equality) {}
