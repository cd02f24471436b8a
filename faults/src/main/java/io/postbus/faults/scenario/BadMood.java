package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The handlers behave badly; the mood is one of the node's. */
record BadMood(String name, String mood, Duration lasts) implements Fault {
  @Override
  public Area area() {
    return Area.HANDLER;
  }

  @Override
  public boolean fits(World world) {
    return true;
  }

  @Override
  public Set<String> touches() {
    return Set.of("handlers");
  }

  @Override
  public void begin(World world) {
    world.consumers().forEach(n -> n.command("mood " + mood));
  }

  @Override
  public void end(World world) {
    world.consumers().forEach(n -> n.command("mood well"));
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.READY;
  }
}
