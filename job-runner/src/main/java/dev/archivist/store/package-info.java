/**
 * Where archived objects are kept. {@link dev.archivist.store.ArchiveStore} says method by method
 * what holds after a failure, and every store passes one suite, {@code ArchiveStoreContract}. An
 * object is seen whole or not at all, and never overwritten. {@link
 * dev.archivist.store.DirectoryStore} keeps files (written beside, forced to the disk, linked to a
 * free name).
 */
package dev.archivist.store;
