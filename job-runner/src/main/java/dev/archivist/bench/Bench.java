package dev.archivist.bench;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.db.migrate.Preset;
import dev.archivist.document.BenchSummary;
import dev.archivist.engine.job.Host;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.Progress;
import dev.archivist.run.StopSignal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures how fast rows move, against named other ways, in turn and several times, so that a
 * machine that grows slower meanwhile slows all of them.
 */
public final class Bench {
  private static final int CLIENT_CHUNK = 1000;
  private static final String WITHOUT_DIGEST = "one statement that counts, without the digest";
  private static final String WITH_DIGEST = "one statement that counts, with the digest";

  private final Settings settings;

  public Bench(Settings settings) {
    this.settings = settings;
  }

  /**
   * How a way did.
   *
   * @param way its name
   * @param rows rows it moved in each round
   * @param millis time of each round
   */
  public record Measured(String way, long rows, List<Long> millis) {
    /** Rows a second in the median round. */
    public double rowsPerSecond() {
      long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
      return rows * 1000.0 / sorted[sorted.length / 2];
    }
  }

  /** {@link #cost} of the content digest. */
  public static double costOfDigest(List<Measured> measured) {
    return cost(measured, WITH_DIGEST);
  }

  /**
   * What a way takes longer than a statement that counts without a digest: the median over the
   * rounds of its time divided by that statement's, less one.
   */
  public static double cost(List<Measured> measured, String way) {
    List<Long> without = millis(measured, WITHOUT_DIGEST);
    List<Long> with = millis(measured, way);
    double[] ratios =
        IntStream.range(0, with.size())
            .mapToDouble(round -> with.get(round) / (double) without.get(round))
            .sorted()
            .toArray();
    return ratios[ratios.length / 2] - 1;
  }

  /** As {@code bench --json} has it. */
  public static BenchSummary document(List<Measured> measured) {
    return new BenchSummary(
        measured.stream()
            .map(
                way ->
                    new BenchSummary.Way(
                        way.way(), way.rows(), way.millis(), Math.round(way.rowsPerSecond())))
            .toList(),
        costOfDigest(measured));
  }

  private static List<Long> millis(List<Measured> measured, String way) {
    return measured.stream()
        .filter(each -> each.way().equals(way))
        .findFirst()
        .orElseThrow()
        .millis();
  }

  /** A way to move rows; preparing it is not timed. */
  private record Way(String name, Runnable preparation, Runnable work) {}

  /** Runs every way {@code rounds} times on fresh tables of {@code rows} rows. */
  public List<Measured> run(Database server, int rows, int rounds) {
    try (ScratchDatabase scratch = ScratchDatabase.create(server, settings)) {
      boolean inDatabase =
          new Migrations(scratch.database())
                  .with(Set.of(Preset.SCENARIO))
                  .migrate(HostChoice.AUTO)
                  .host()
              == Host.IN_DATABASE;
      scratch.makePartitions();
      List<Way> ways = new ArrayList<>();
      ways.add(engine(scratch, "archivist, engine in the runner", HostChoice.RUNNER));
      if (inDatabase) {
        ways.add(engine(scratch, "archivist, engine in the database", HostChoice.IN_DATABASE));
      }
      ways.add(new Way("one statement for all rows", () -> {}, scratch::moveInOneStatement));
      ways.add(new Way(WITHOUT_DIGEST, () -> {}, () -> scratch.moveCounting(false)));
      ways.add(new Way(WITH_DIGEST, () -> {}, () -> scratch.moveCounting(true)));
      ways.add(
          new Way(
              "client: select, insert, delete by " + CLIENT_CHUNK,
              () -> {},
              () -> scratch.moveByClient(CLIENT_CHUNK)));
      return measure(scratch, ways, rows, rounds);
    }
  }

  /** The content digest against stronger ones, each in one statement that counts. */
  public List<Measured> runDigests(Database server, int rows, int rounds) {
    try (ScratchDatabase scratch = ScratchDatabase.create(server, settings)) {
      new Migrations(scratch.database()).with(Set.of(Preset.SCENARIO)).migrate(HostChoice.RUNNER);
      scratch.makePartitions();
      List<Way> ways =
          List.of(
              new Way(WITHOUT_DIGEST, () -> {}, () -> scratch.moveCounting(false)),
              new Way(WITH_DIGEST, () -> {}, () -> scratch.moveCounting(true)),
              new Way("with sums of SHA-256", () -> {}, () -> scratch.moveHashing(false)),
              new Way("with sums of HMAC-SHA-256", () -> {}, () -> scratch.moveHashing(true)),
              new Way("with the digest and a seal", () -> {}, scratch::moveSealing));
      return measure(scratch, ways, rows, rounds);
    }
  }

  private Way engine(ScratchDatabase scratch, String name, HostChoice host) {
    PolicyRun run = new PolicyRun(scratch.database(), settings, new StopSignal(), Progress.SILENT);
    return new Way(
        name,
        () -> new Migrations(scratch.database()).with(Set.of(Preset.SCENARIO)).migrate(host),
        () -> requireCompleted(run.run("logs")));
  }

  private static void requireCompleted(JobOutcome outcome) {
    if (outcome.failure().isPresent()) {
      throw outcome.failure().get();
    }
  }

  private static List<Measured> measure(
      ScratchDatabase scratch, List<Way> ways, int rows, int rounds) {
    Map<String, List<Long>> times = new LinkedHashMap<>();
    Map<String, Long> moved = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      List<Way> inTurn = new ArrayList<>(ways);
      if (round % 2 == 1) {
        Collections.reverse(inTurn); // so that nobody always comes after the same other
      }
      for (Way way : inTurn) {
        way.preparation().run();
        scratch.fill(rows);
        long from = System.nanoTime();
        way.work().run();
        long millis = (System.nanoTime() - from) / 1_000_000;
        times.computeIfAbsent(way.name(), any -> new ArrayList<>()).add(millis);
        moved.put(way.name(), scratch.archived());
      }
    }
    return times.entrySet().stream()
        .map(entry -> new Measured(entry.getKey(), moved.get(entry.getKey()), entry.getValue()))
        .toList();
  }
}
