package dev.archivist.document;

/**
 * The mark that a database leaves in its object store.
 *
 * @param database which database it is: the cluster's system identifier and the database's number
 * @param name the database's name when it left the mark
 */
public record StoreMark(String database, String name) {}
