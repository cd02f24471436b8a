package io.postbus.faults.scenario;

import io.postbus.faults.world.Ground;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The broker takes away its consumers' channels, or what corresponds. */
record ConsumersEvicted() implements Fault {
  @Override
  public String name() {
    return "consumers-evicted";
  }

  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Evicting;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(1);
  }

  @Override
  public Set<String> touches() {
    return Set.of("broker");
  }

  @Override
  public void begin(World world) {
    ((Ground.Evicting) world.ground()).evict();
  }

  @Override
  public void end(World world) {}
}
