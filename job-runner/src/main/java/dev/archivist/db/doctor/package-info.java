/**
 * What can be wrong with a database, each found fault with what to do about it. Start with {@link
 * dev.archivist.db.doctor.DatabaseChecks}. It changes nothing.
 */
package dev.archivist.db.doctor;
