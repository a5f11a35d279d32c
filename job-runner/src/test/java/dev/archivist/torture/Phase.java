package dev.archivist.torture;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * A command of the program that is tortured. They move rows between tiers and change nothing about
 * what there is, but for what they drop from the bin, which {@link Bins} knows.
 */
enum Phase {
  RUN(12, "run", "--all"),
  RESTORE(4, "restore"),
  PURGE(5, "purge", "--all"),
  EMPTY_BIN(2, "bin", "empty"),
  TAKE_BACK(1, "bin", "restore");

  private final int weight;
  private final String command;

  Phase(int weight, String... command) {
    this.weight = weight;
    this.command = String.join(" ", command);
  }

  /** How often each is chosen follows from its weight. */
  static Phase any(Random random) {
    int choice = random.nextInt(List.of(values()).stream().mapToInt(each -> each.weight).sum());
    for (Phase phase : values()) {
      choice -= phase.weight;
      if (choice < 0) {
        return phase;
      }
    }
    throw new IllegalStateException();
  }

  /** Of the program, this time. */
  List<String> arguments(World world, Random random) throws SQLException {
    return switch (this) {
      case RUN, PURGE, EMPTY_BIN -> List.of(command.split(" "));
      case RESTORE -> restore(world, random);
      case TAKE_BACK -> takeBack(world, random);
    };
  }

  /** Some days of what was archived in the last weeks. Daily values do not go back. */
  private static List<String> restore(World world, Random random) {
    Table table = Chance.oneOf(List.of(Table.LOGS, Table.REPORTS), random);
    Instant from =
        world.now().minus(Duration.ofDays(table.archivedAfterDays() + random.nextInt(60)));
    Instant to = from.plus(Duration.ofDays(1 + random.nextInt(8)));
    return List.of(
        "restore",
        "--policy",
        table.policy(),
        "--from",
        from.toString(),
        "--to",
        to.toString(),
        "--hold",
        (1 + random.nextInt(10)) + "d");
  }

  private static List<String> takeBack(World world, Random random) throws SQLException {
    try (Connection connection = world.connect()) {
      Optional<UUID> bin = Bins.any(connection, random);
      return bin.isPresent()
          ? List.of("bin", "restore", bin.get().toString())
          : RUN.arguments(world, random);
    }
  }

  /** A policy that the command works on. */
  static Table policy(List<String> arguments, Random random) {
    int option = arguments.indexOf("--policy");
    return option < 0
        ? Chance.oneOf(List.of(Table.values()), random)
        : Table.ofPolicy(arguments.get(option + 1));
  }
}
