package io.postbus.faults.scenario;

import io.postbus.faults.world.Ground;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The broker is away: stopped in order or killed, and started with what it had. */
record BrokerDown(String name, boolean killed, Duration lasts) implements Fault {
  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Single;
  }

  @Override
  public Set<String> touches() {
    return Set.of("broker");
  }

  @Override
  public void begin(World world) {
    Ground.Single broker = (Ground.Single) world.ground();
    if (killed) {
      broker.kill();
    } else {
      broker.stop();
    }
  }

  @Override
  public void end(World world) {
    ((Ground.Single) world.ground()).start();
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.UNREADY;
  }

  @Override
  public Duration notice() {
    return Duration.ofSeconds(6);
  }
}
