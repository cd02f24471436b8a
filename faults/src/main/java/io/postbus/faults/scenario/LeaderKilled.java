package io.postbus.faults.scenario;

import io.postbus.faults.world.Ground;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The node of the broker's cluster that leads is killed; the others take over. */
record LeaderKilled() implements Fault {
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
  public Duration lasts() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Set<String> touches() {
    return Set.of("broker");
  }

  @Override
  public void begin(World world) {
    ((Ground.Clustered) world.ground()).killLeader();
  }

  @Override
  public void end(World world) {
    ((Ground.Clustered) world.ground()).heal();
  }
}
