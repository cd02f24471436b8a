package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.StoreGround;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** The disk of the embedded store has no room. */
record StoreFull() implements Fault {
  @Override
  public String name() {
    return "store-full";
  }

  @Override
  public Area area() {
    return Area.STORE;
  }

  @Override
  public boolean fits(World world) {
    return world.ground().store() instanceof StoreGround.OnDisk;
  }

  @Override
  public Duration lasts() {
    return Duration.ofSeconds(12);
  }

  @Override
  public Set<String> touches() {
    return Set.of("store");
  }

  @Override
  public void begin(World world) {
    ((StoreGround.OnDisk) world.ground().store()).fill();
  }

  @Override
  public void end(World world) {
    ((StoreGround.OnDisk) world.ground().store()).makeRoom();
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.UNREADY;
  }

  @Override
  public Duration notice() {
    return Duration.ofSeconds(10);
  }
}
