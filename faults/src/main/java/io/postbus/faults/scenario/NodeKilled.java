package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** A consumer's process ends by {@code kill -9}, and is started again. */
record NodeKilled() implements Fault {
  @Override
  public String name() {
    return "consumer-killed";
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
    return Duration.ofSeconds(5);
  }

  @Override
  public Set<String> touches() {
    return Set.of("c1");
  }

  @Override
  public void begin(World world) {
    ((NodeHandle.Killable) victim(world)).kill();
  }

  @Override
  public void end(World world) {
    victim(world).start();
  }

  private static NodeHandle victim(World world) {
    return world.consumers().get(0);
  }
}
