package dev.archivist.engine.policy;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;

/** The kinds of policies by their names. */
final class PolicyKinds {
  private static final Map<String, Function<KindSettings, PolicyKind>> SHIPPED =
      Map.of("move", settings -> new Move(), "rollup", Rollup::of, "offload", Offload::of);

  private PolicyKinds() {}

  /**
   * The kind of this name.
   *
   * @throws IllegalArgumentException if there is none, or its settings do not suffice
   */
  static PolicyKind of(String label, KindSettings settings) {
    Function<KindSettings, PolicyKind> shipped = SHIPPED.get(label);
    return shipped == null ? provided(label, settings) : shipped.apply(settings);
  }

  private static PolicyKind provided(String label, KindSettings settings) {
    return ServiceLoader.load(KindProvider.class, PolicyKinds.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no kind \"" + label + "\""))
        .of(settings);
  }
}
