package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.StoreGround;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The store is away: stopped in order or killed, and started with what it had. */
record StoreDown(String name, boolean killed, Duration lasts) implements Fault {
  @Override
  public Area area() {
    return Area.STORE;
  }

  @Override
  public boolean fits(World world) {
    return world.ground().store() instanceof StoreGround.Stoppable;
  }

  @Override
  public Set<String> touches() {
    return Set.of("store");
  }

  @Override
  public void begin(World world) {
    StoreGround.Stoppable store = (StoreGround.Stoppable) world.ground().store();
    if (killed) {
      store.kill();
    } else {
      store.stop();
    }
  }

  @Override
  public void end(World world) {
    ((StoreGround.Stoppable) world.ground().store()).start();
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
