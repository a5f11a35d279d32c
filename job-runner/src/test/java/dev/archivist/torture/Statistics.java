package dev.archivist.torture;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often each thing happened: a torture that never hits anything proves nothing. */
final class Statistics {
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

  void count(String what) {
    count(what, 1);
  }

  void count(String what, long times) {
    counts.computeIfAbsent(what, any -> new LongAdder()).add(times);
  }

  long of(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> "%9d  %s".formatted(entry.getValue().sum(), entry.getKey()))
        .collect(Collectors.joining("\n"));
  }
}
