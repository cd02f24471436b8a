package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.StoreGround;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** Others have taken all of the database's connections. */
record StoreExhausted() implements Fault {
  @Override
  public String name() {
    return "store-exhausted";
  }

  @Override
  public Area area() {
    return Area.STORE;
  }

  @Override
  public boolean fits(World world) {
    return world.ground().store() instanceof StoreGround.Remote;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(8);
  }

  @Override
  public Set<String> touches() {
    return Set.of("store");
  }

  @Override
  public void begin(World world) {
    ((StoreGround.Remote) world.ground().store()).exhaust();
  }

  @Override
  public void end(World world) {
    ((StoreGround.Remote) world.ground().store()).relieve();
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.UNREADY;
  }

  @Override
  public Duration notice() {
    return Duration.ofSeconds(7);
  }
}
