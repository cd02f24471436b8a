package io.postbus.faults.scenario;

import io.postbus.faults.world.Ground;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The broker takes nothing from publishers, as when it is short of memory. */
record PublishersBlocked() implements Fault {
  @Override
  public String name() {
    return "publishers-blocked";
  }

  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Blocking;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(8);
  }

  @Override
  public Set<String> touches() {
    return Set.of("broker");
  }

  @Override
  public void begin(World world) {
    ((Ground.Blocking) world.ground()).block();
  }

  @Override
  public void end(World world) {
    ((Ground.Blocking) world.ground()).unblock();
  }
}
