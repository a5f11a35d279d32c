package dev.archivist.torture;

import java.sql.Connection;
import java.sql.SQLException;
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
    if (this != TAKE_BACK) {
      return List.of(command.split(" "));
    }
    try (Connection connection = world.connect()) {
      Optional<UUID> bin = Bins.any(connection, random);
      return bin.isPresent()
          ? List.of("bin", "restore", bin.get().toString())
          : RUN.arguments(world, random);
    }
  }
}
