package io.postbus.faults.scenario;

import io.postbus.faults.history.Window;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The broker dies with its disk and comes back empty: what is guaranteed comes all the same. */
record BrokerWiped() implements Fault {
  @Override
  public String name() {
    return "broker-wiped";
  }

  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Single;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(3);
  }

  @Override
  public Set<String> touches() {
    return Set.of("broker", "c1", "p1");
  }

  @Override
  public void begin(World world) {
    ((Ground.Single) world.ground()).wipe();
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
  public Duration forgets(World world) {
    return Window.EVERYTHING;
  }
}
