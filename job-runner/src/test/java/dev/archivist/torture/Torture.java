package dev.archivist.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.report.Codec;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.LocalContent;
import dev.archivist.testing.Archivist;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rounds of work and havoc. The seed and the number of a round decide what chance decides in it.
 */
final class Torture implements AutoCloseable {
  private static final int WRITERS = 2;

  /** A recovery from an older backup, once in so many rounds. */
  private static final int ROUNDS_TO_A_RECOVERY = 10;

  /** Each once in so many rounds, in an order of their own each time. */
  private static final List<Act> DECK =
      List.of(
          Act.KILL_RUNNER,
          Act.CUT_CONNECTION,
          Act.KILL_SERVER,
          Act.STORE_FAULTS,
          Act.SECOND_RUNNER,
          Act.OTHER_DATABASE,
          Act.NOTHING);

  private static final Pattern SEVERAL_OBJECTS =
      Pattern.compile("file-missing +(?<report>\\S+) +\\S+ +(?<object>s3://\\S+) +several objects");

  private static final List<Act> SECOND_ACTS =
      List.of(Act.KILL_RUNNER, Act.TERMINATE_RUNNER, Act.KILL_SERVER, Act.STORE_FAULTS);

  /** Done, failed, environment, held; killed, told to stop. Never: wrong usage. */
  private static final Set<Integer> EXIT_CODES = Set.of(0, 1, 3, 4, 137, 143);

  /** Done; or a report changed while it was stored, or a lock was held for too long. */
  private static final Set<Integer> UNDISTURBED = Set.of(0, 1);

  private final long seed;
  private final World world;
  private final Statistics statistics = new Statistics();
  private final List<Writer> writers = new ArrayList<>();
  private final Bins bins = new Bins();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  Torture(long seed, Path home) throws IOException, SQLException {
    this.seed = seed;
    this.world = new World(home);
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new Writer(world, i, statistics));
    }
  }

  Statistics statistics() {
    return statistics;
  }

  void round(int number) throws Exception {
    // Neighbouring seeds of Random begin alike; those of the other do not.
    Random random = new Random(new SplittableRandom(seed * 1_000_003 + number).nextLong());
    long began = System.nanoTime();
    world.advanceClock(random);
    Phase phase = Phase.any(random);
    List<String> arguments = phase.arguments(world, random);
    List<Havoc> havoc = havoc(number, arguments, random);
    String what =
        "seed %d, round %d: %s, %s".formatted(seed, number, String.join(" ", arguments), havoc);

    if (firstAct(number) == Act.NOTHING) {
      countUnreferencedObjects();
    }
    if (number % ROUNDS_TO_A_RECOVERY == 2) {
      goBack(what);
    }
    prepare(random);
    try (Connection connection = world.connect()) {
      bins.look(connection);
    }
    int code = run(arguments, havoc, random);
    world.s3.behave();

    assertThat(firstAct(number) == Act.NOTHING ? UNDISTURBED : EXIT_CODES).as(what).contains(code);
    check(what, ReportCheck.Choice.NEW_AND_SOME, random);
    statistics.count("rounds");
    statistics.count("rounds of " + phase);
    statistics.count("exit code " + code);
    System.out.printf(
        "%s: exit code %d, %d ms%n", what, code, (System.nanoTime() - began) / 1_000_000);
  }

  /** The database is restored from a backup that a run was not in yet; files and store are not. */
  private void goBack(String what) throws Exception {
    world.db.backUp();
    world.run("run", "--reports");
    world.db.restoreBackup();
    assertThat(world.run("run", "--reports").code()).as("after going back, " + what).isEqualTo(3);
    Archivist.Result reconciled = world.run("reconcile", "--apply");
    if (reconciled.code() == 3 && reconciled.err().contains("the store does not answer")) {
      // a busy machine: who is told so tries again
      statistics.count("times that a reconciliation was repeated");
      reconciled = world.run("reconcile", "--apply");
    }
    if (chooseObjects(reconciled.out()) > 0) {
      statistics.count("times that a user had to choose among objects");
      reconciled = world.run("reconcile", "--apply");
    }
    assertThat(reconciled.code()).as("%s%s", reconciled.out(), reconciled.err()).isZero();
    statistics.count("times that the database went back");
  }

  /**
   * Does what reconcile asks for where a report has several objects: one of a run that was killed
   * before the application gave the report another file, and one of that file.
   */
  private int chooseObjects(String differences) throws IOException {
    int chosen = 0;
    Matcher several = SEVERAL_OBJECTS.matcher(differences);
    try (ArchiveStore store = world.store()) {
      while (several.find()) {
        Books.File file =
            writers.stream()
                .map(writer -> writer.books().files().get(UUID.fromString(several.group("report"))))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        byte[] content;
        try (InputStream object =
            Codec.ZSTD.decompress(store.open(ReportCheck.key(several.group("object"))))) {
          content = object.readAllBytes();
        }
        if (LocalContent.sha256Of(new ByteArrayInputStream(content)).equals(file.sha256())) {
          Files.write(world.reports.resolve(file.path()), content);
          chosen++;
        }
      }
    }
    return chosen;
  }

  private Act firstAct(int number) {
    List<Act> deck = new ArrayList<>(DECK);
    Collections.shuffle(deck, new Random(seed * 31 + number / deck.size()));
    return deck.get(number % deck.size());
  }

  private List<Havoc> havoc(int number, List<String> arguments, Random random) {
    Act first = firstAct(number);
    List<Havoc> havoc = new ArrayList<>();
    havoc.add(new Havoc(world, first, random, arguments, statistics));
    if (first != Act.NOTHING && random.nextInt(3) == 0) {
      Act second = Chance.oneOf(SECOND_ACTS, random);
      havoc.add(new Havoc(world, second, random, arguments, statistics));
    }
    return havoc;
  }

  private void prepare(Random random) throws InterruptedException {
    List<Future<?>> working = new ArrayList<>();
    for (Writer writer : writers) {
      Random own = new Random(random.nextLong());
      working.add(submit(() -> writer.prepare(own)));
    }
    await(working);
  }

  private int run(List<String> arguments, List<Havoc> havoc, Random random) throws Exception {
    Watch watch = new Watch(world, world.runner);
    world.runner.begin(arguments);
    List<Future<?>> working = new ArrayList<>();
    for (Writer writer : writers) {
      Random own = new Random(random.nextLong());
      working.add(
          submit(
              () -> {
                watch.awaitJob();
                writer.change(own);
              }));
    }
    for (Havoc each : havoc) {
      working.add(submit(() -> each.await(watch)));
    }
    int code = world.runner.exitCode();
    for (Havoc each : havoc) {
      each.end();
    }
    await(working);
    return code;
  }

  private interface Work {
    void run() throws Exception;
  }

  private Future<?> submit(Work work) {
    return threads.submit(
        () -> {
          work.run();
          return null;
        });
  }

  private static void await(List<Future<?>> working) throws InterruptedException {
    for (Future<?> each : working) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new AssertionError("a writer or an act failed: " + e.getCause(), e.getCause());
      }
    }
  }

  private void check(String what, ReportCheck.Choice objects, Random random) throws Exception {
    try (Connection connection = world.connect()) {
      bins.settle(connection, writers.stream().map(Writer::books).toList(), statistics::count);
    }
    Books books = new Books();
    writers.forEach(writer -> books.add(writer.books()));
    List<String> differences = Inventory.differences(world, books, bins, objects, random);
    assertThat(differences).as(what).isEmpty();
    Archivist.Result verified = world.run("verify", "--all");
    assertThat(verified.code()).as(what + ": " + verified.out() + verified.err()).isZero();
  }

  /** Nothing is broken any more: whatever is old must now be archived, and nothing be half done. */
  void finish() throws Exception {
    world.s3.behave();
    countUnreferencedObjects();
    Archivist.Result purged = world.run("purge", "--all");
    assertThat(purged.code()).as(purged.out() + purged.err()).isZero();
    for (int i = 0; i < 2; i++) {
      // The second run deletes files that two reports shared: the first kept them for the other.
      Archivist.Result run = world.run("run", "--all");
      assertThat(run.code()).as(run.out() + run.err()).isZero();
    }
    check("seed " + seed + ", the end", ReportCheck.Choice.ALL, new Random(seed));
    try (Aftermath aftermath = new Aftermath(world)) {
      aftermath.assertNothingLeftToDo();
      aftermath.count(statistics);
    }
  }

  /** What broken runs left: it costs space, and is in nobody's way. */
  private void countUnreferencedObjects() throws SQLException {
    try (Aftermath aftermath = new Aftermath(world);
        ArchiveStore store = world.store()) {
      List<String> unreferenced = new ArrayList<>();
      store.list("", object -> unreferenced.add(object.key()));
      unreferenced.removeAll(aftermath.referencedKeys());
      statistics.count("objects that nobody referred to", unreferenced.size());
    }
  }

  @Override
  public void close() throws SQLException {
    threads.shutdownNow();
    for (Writer writer : writers) {
      writer.close();
    }
    world.close();
  }
}
