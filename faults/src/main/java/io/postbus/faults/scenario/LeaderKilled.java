package io.postbus.faults.scenario;

import io.postbus.faults.history.Window;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.World;
import java.time.Instant;

/**
 * The node of the broker's cluster that leads is killed; the others take over, and it comes back.
 * Again and again, so that all have led and died.
 */
record LeaderKilled() implements Scenario {
  @Override
  public String name() {
    return "leader-killed";
  }

  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Clustered;
  }

  @Override
  public void run(Stage stage) {
    Ground.Clustered broker = (Ground.Clustered) stage.world().ground();
    for (int i = 0; i < stage.pace().deaths(); i++) {
      Instant from = Instant.now();
      broker.killLeader();
      if (broker.goesOn()) {
        stage.recover();
      }
      broker.heal();
      stage.ledger().add(new Window(name(), from, Instant.now(), broker.forgets()));
      stage.recover();
      stage.flow(stage.pace().calm());
    }
  }
}
