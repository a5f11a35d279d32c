package dev.archivist.cli;

import dev.archivist.bench.Bench;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures moving rows against named other ways. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    header = "Measure moving log rows against named other ways.",
    description =
        "Works in a scratch database on the configured server. Quote the ratios: the absolute "
            + "figures are of this machine at this moment.")
final class BenchCommand extends ConfiguredCommand {
  @Option(names = "--rows", paramLabel = "N", description = "live rows (${DEFAULT-VALUE})")
  int rows = 300_000;

  @Option(names = "--rounds", paramLabel = "N", description = "rounds (${DEFAULT-VALUE})")
  int rounds = 3;

  @Option(
      names = "--digests",
      description = "compare the content digest with stronger ones; see docs/digest-strength.md")
  boolean digests;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    if (rows < 1 || rounds < 1) {
      throw new ArchiveFailure(
          ArchiveError.USAGE, "--rows and --rounds are at least 1", "Give positive numbers.");
    }
    try (Database server = Database.open(settings())) {
      Bench bench = new Bench(settings());
      List<Bench.Measured> measured =
          digests ? bench.runDigests(server, rows, rounds) : bench.run(server, rows, rounds);
      if (json) {
        printJson(Bench.document(measured));
      } else if (digests) {
        printDigests(measured);
      } else {
        print(measured);
      }
    }
    return 0;
  }

  private void print(List<Bench.Measured> measured) {
    double first = measured.get(0).rowsPerSecond();
    TextTable table = new TextTable("way", "rows", "median rows/s", "runner's engine is");
    for (Bench.Measured way : measured) {
      table.row(
          way.way(),
          Amounts.count(way.rows()),
          Amounts.count(Math.round(way.rowsPerSecond())),
          String.format(Locale.ROOT, "%.2f x", first / way.rowsPerSecond()));
    }
    table.print(out());
    out()
        .printf(
            Locale.ROOT,
            "  the content digest adds %.1f %% to a move: median of %d rounds, with it and without%n",
            100 * Bench.costOfDigest(measured),
            measured.get(0).millis().size());
    out().println("  largest heap of this program: " + Amounts.bytes(peakHeap()));
  }

  private void printDigests(List<Bench.Measured> measured) {
    TextTable table = new TextTable("way", "rows", "median rows/s", "takes longer by");
    for (Bench.Measured way : measured) {
      table.row(
          way.way(),
          Amounts.count(way.rows()),
          Amounts.count(Math.round(way.rowsPerSecond())),
          String.format(Locale.ROOT, "%.1f %%", 100 * Bench.cost(measured, way.way())));
    }
    table.print(out());
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }
}
