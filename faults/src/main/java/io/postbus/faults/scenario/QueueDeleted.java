package io.postbus.faults.scenario;

import io.postbus.faults.history.Window;
import io.postbus.faults.node.Traffic;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** Somebody deletes a group on the broker, with all it has; it is to come back by itself. */
record QueueDeleted() implements Fault {
  @Override
  public String name() {
    return "queue-deleted";
  }

  @Override
  public Area area() {
    return Area.BROKER;
  }

  @Override
  public boolean fits(World world) {
    return world.ground() instanceof Ground.Removing;
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
    ((Ground.Removing) world.ground()).remove(Traffic.LOOSE);
  }

  @Override
  public void end(World world) {}

  @Override
  public Duration forgets(World world) {
    return Window.EVERYTHING;
  }
}
