/**
 * The command line. Start with {@link dev.archivist.cli.ArchivistCommand}, which lists the
 * commands. A command parses, calls one use case, and prints. Answers go to standard output;
 * progress, problems and logs to standard error. Only this package knows picocli, the progress bar
 * and Logback.
 *
 * <p>SIGTERM and Ctrl-C request a stop: the batch in hand is finished, the job is closed as {@code
 * cancelled}, and the JVM is held until then ({@code Shutdown}). Of several jobs' exit codes the
 * gravest counts: 3, then 1, 2, 4.
 */
package dev.archivist.cli;
