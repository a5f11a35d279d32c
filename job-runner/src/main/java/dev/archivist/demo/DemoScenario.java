package dev.archivist.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * One of the demo's customers' workloads.
 *
 * @param id drawn from the seed
 * @param name for people
 * @param slug the name in file names: lower case, digits and {@code -}
 */
record DemoScenario(UUID id, String name, String slug) {
  private static final List<String> NAMES =
      List.of(
          "Checkout Black Friday",
          "Invoice OCR",
          "Support Chatbot",
          "Fraud Screening",
          "Catalogue Import",
          "Newsletter Sendout",
          "Route Planning",
          "Payroll Night Run",
          "Ticket Triage",
          "Sensor Ingest",
          "Contract Search",
          "Loyalty Points");

  /** The twelve scenarios of a seed, always in the same order. */
  static List<DemoScenario> ofSeed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<DemoScenario> scenarios = new ArrayList<>();
    for (String name : NAMES) {
      String slug = name.toLowerCase(Locale.ROOT).replace(' ', '-');
      scenarios.add(new DemoScenario(SeededUuids.next(random), name, slug));
    }
    return List.copyOf(scenarios);
  }
}
