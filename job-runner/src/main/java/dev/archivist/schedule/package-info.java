/**
 * The daemon: nightly runs and purges, and requests. Start with {@link
 * dev.archivist.schedule.NightlySchedule}. Quartz keeps its state in {@code archive.qrtz_*},
 * clustered: several daemons, each night run once, a missed night made up for. Only this package
 * knows Quartz.
 */
package dev.archivist.schedule;
