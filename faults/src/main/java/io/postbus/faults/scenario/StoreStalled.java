package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.StoreGround;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** Nothing comes through between nodes and the store, and nobody is told. */
record StoreStalled() implements Fault {
  @Override
  public String name() {
    return "store-stalled";
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
    return Duration.ofSeconds(13);
  }

  @Override
  public Set<String> touches() {
    return Set.of("store");
  }

  @Override
  public void begin(World world) {
    StoreGround.Remote store = (StoreGround.Remote) world.ground().store();
    world.nodes().forEach(n -> store.wire(n.name()).stall());
  }

  @Override
  public void end(World world) {
    StoreGround.Remote store = (StoreGround.Remote) world.ground().store();
    world.nodes().forEach(n -> store.wire(n.name()).restore());
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.UNREADY;
  }

  @Override
  public Duration notice() {
    return Duration.ofSeconds(12);
  }
}
