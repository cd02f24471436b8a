package io.postbus.faults.scenario;

import io.postbus.faults.world.World;

/** What is done to a world while messages flow through it. Stateless or used once; one thread. */
public interface Scenario {
  /** As {@code --scenario} and the account name it. */
  String name();

  Area area();

  /** Whether this world can suffer it. */
  boolean fits(World world);

  /**
   * How many in a thousand messages fail at every attempt: few, for while they cannot be written to
   * a store each holds up its key, and when all keys have one that is an outage to the circuit.
   */
  default int bad() {
    return 3;
  }

  /** Does it, and returns when everything is as before. */
  void run(Stage stage);
}
