package dev.archivist.document;

/**
 * A lifecycle rule of the bucket, in words.
 *
 * @param id its id
 * @param inPlace whether it is as it should be
 * @param wanted what it should say
 * @param actual what it says; null if it is not there
 * @param note what the bucket makes of it that the rule does not say; null if nothing
 */
public record LifecycleRule(
    String id, boolean inPlace, String wanted, String actual, String note) {}
