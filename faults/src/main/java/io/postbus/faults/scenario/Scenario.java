package io.postbus.faults.scenario;

import io.postbus.faults.world.World;

/** What is done to a world while messages flow through it. Stateless or used once; one thread. */
public interface Scenario {
  /** As {@code --scenario} and the account name it. */
  String name();

  Area area();

  /** Whether this world can suffer it. */
  boolean fits(World world);

  /** How many in a hundred messages fail at every attempt. */
  default int bad() {
    return 1;
  }

  /** Does it, and returns when everything is as before. */
  void run(Stage stage);
}
