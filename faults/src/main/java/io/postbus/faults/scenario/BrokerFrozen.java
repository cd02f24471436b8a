package io.postbus.faults.scenario;

import io.postbus.faults.world.Ground;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The broker's process stands still: connections stay, nothing is answered. */
record BrokerFrozen() implements Fault {
  @Override
  public String name() {
    return "broker-frozen";
  }

  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Freezable;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(9);
  }

  @Override
  public Set<String> touches() {
    return Set.of("broker");
  }

  @Override
  public void begin(World world) {
    ((Ground.Freezable) world.ground()).pause();
  }

  @Override
  public void end(World world) {
    ((Ground.Freezable) world.ground()).resume();
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.UNREADY;
  }

  @Override
  public Duration notice() {
    return Duration.ofSeconds(8);
  }
}
