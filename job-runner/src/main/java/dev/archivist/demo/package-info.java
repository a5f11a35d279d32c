/**
 * Three believable years of a load-testing application, generated or read from real files, and
 * loaded into the tables of the preset {@code scenario}. Start with {@link
 * dev.archivist.demo.DemoSource}; {@link dev.archivist.demo.DemoLoad} puts its rows into the live
 * tables. A demo may be repeated without touching what earlier ones left.
 */
package dev.archivist.demo;
