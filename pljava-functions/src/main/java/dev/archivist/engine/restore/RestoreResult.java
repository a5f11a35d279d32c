package dev.archivist.engine.restore;

/**
 * What one batch of a restore did.
 *
 * @param restored archived rows that went back to the live table, or were copied
 * @param present rows that had been copied before
 * @param bytes their size, without those that were there
 * @param done whether nothing is left for this job
 */
public record RestoreResult(long restored, long present, long bytes, boolean done) {}
