package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.time.Instant;

/**
 * Consumers are stopped as SIGTERM does and started again, while messages flow. That is no fault:
 * nothing may be handled twice.
 */
record GracefulStop() implements Scenario {
  private static final Duration GRACE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "graceful-stop";
  }

  @Override
  public Area area() {
    return Area.PROCESS;
  }

  @Override
  public boolean fits(World world) {
    return world.consumers().size() > 1;
  }

  @Override
  public void run(Stage stage) {
    for (NodeHandle node : stage.world().consumers()) {
      stage.flow(stage.pace().calm());
      if (!node.stop(GRACE)) {
        stage.problem(node.name() + " did not stop within its grace time of " + GRACE);
        node.close();
      }
      Instant stopped = Instant.now();
      stage.awaitFlow(stopped, 5);
      node.start();
      stage.recover();
    }
  }
}
