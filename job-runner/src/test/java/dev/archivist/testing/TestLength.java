package dev.archivist.testing;

import java.util.Optional;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * How long the long tests are. A build runs each in its short form; {@code
 * -Darchivist.test.long=true} runs the long one.
 */
public final class TestLength {
  private static final boolean LONG = Boolean.getBoolean("archivist.test.long");

  private TestLength() {}

  public static int of(int shortForm, int longForm) {
    return LONG ? longForm : shortForm;
  }

  /**
   * @param property says another number, whatever the form
   */
  public static int of(String property, int shortForm, int longForm) {
    return Integer.getInteger(property, of(shortForm, longForm));
  }

  /** The tries that its properties name are those of the long form; the short one has a fifth. */
  public static final class OfProperties implements AroundPropertyHook {
    private static final int LEAST = 5;

    @Override
    public PropagationMode propagateTo() {
      return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public PropertyExecutionResult aroundProperty(
        PropertyLifecycleContext context, PropertyExecutor property) {
      Optional<Integer> tries = context.attributes().tries();
      tries.ifPresent(
          all -> context.attributes().setTries(of(Math.min(all, Math.max(LEAST, all / 5)), all)));
      return property.execute();
    }
  }
}
