/**
 * The daemon: nightly runs and purges, and requests. Start with {@link
 * dev.archivist.schedule.NightlySchedule}. Quartz keeps its state in {@code archive.qrtz_*},
 * clustered: several daemons, each night run once, a missed night made up for. Operators write
 * there, so nothing is taken from them but names and times ({@link
 * dev.archivist.schedule.SchedulerTables}). Only this package knows Quartz.
 */
package dev.archivist.schedule;
