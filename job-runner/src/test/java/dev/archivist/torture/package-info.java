/**
 * The torture run: the program as real processes, an application that keeps writing, and a machine
 * where everything that can break does. After each round nothing may be lost, doubled or changed.
 *
 * <p>{@code Torture} makes the rounds, {@code Havoc} breaks things, {@code Writer} is the
 * application and {@code Books} what it knows, {@code Inventory} compares. A new command of the
 * program takes part by one more {@code Phase}.
 */
package dev.archivist.torture;
