/**
 * Objects in AWS S3 or a server compatible with it. Start with {@link
 * dev.archivist.store.s3.S3Store}. Only this package knows AWS's library; {@code S3Failure}
 * translates its exceptions. {@link dev.archivist.store.s3.S3Lifecycle} writes the rule that
 * deletes switched off first and reads it back: a server that forgets the rule's tag (S3Mock does)
 * would delete everything below the prefix.
 */
package dev.archivist.store.s3;
