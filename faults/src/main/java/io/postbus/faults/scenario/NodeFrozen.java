package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** A consumer's process stands still until after its leases have gone to others, and goes on. */
record NodeFrozen() implements Fault {
  @Override
  public String name() {
    return "consumer-frozen";
  }

  @Override
  public Area area() {
    return Area.PROCESS;
  }

  @Override
  public boolean fits(World world) {
    return victim(world) instanceof NodeHandle.Killable;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(9);
  }

  @Override
  public Set<String> touches() {
    return Set.of("c1");
  }

  @Override
  public void begin(World world) {
    ((NodeHandle.Killable) victim(world)).freeze();
  }

  @Override
  public void end(World world) {
    ((NodeHandle.Killable) victim(world)).thaw();
  }

  private static NodeHandle victim(World world) {
    return world.consumers().get(0);
  }
}
