package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** A consumer's wall clock is wrong by minutes. */
record ClockOff(String name, Duration by) implements Fault {
  private static final Duration STOPPING = Duration.ofSeconds(25);

  @Override
  public Area area() {
    return Area.PROCESS;
  }

  @Override
  public boolean fits(World world) {
    return world.consumers().get(0) instanceof NodeHandle.Killable;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(8);
  }

  @Override
  public Set<String> touches() {
    return Set.of("c1");
  }

  @Override
  public void begin(World world) {
    set(world, by);
  }

  @Override
  public void end(World world) {
    set(world, Duration.ZERO);
  }

  private static void set(World world, Duration off) {
    NodeHandle.Killable node = (NodeHandle.Killable) world.consumers().get(0);
    node.clockOff(off);
    if (!node.stop(STOPPING)) {
      node.kill();
    }
    node.start();
  }
}
