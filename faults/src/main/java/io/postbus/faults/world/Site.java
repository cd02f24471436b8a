package io.postbus.faults.world;

import java.util.Set;
import java.util.function.Supplier;

/**
 * A ground that a driver is tested on.
 *
 * @param what tells it from the driver's others; empty for the main one
 * @param ground starts it
 * @param scenarios what is done there, by name; empty for all that fit
 */
public record Site(String what, Supplier<Ground> ground, Set<String> scenarios) {
  public Site {
    scenarios = Set.copyOf(scenarios);
  }

  /** Whether a scenario of this name belongs there. */
  public boolean takes(String scenario) {
    return scenarios.isEmpty() || scenarios.contains(scenario);
  }
}
