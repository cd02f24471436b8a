package io.postbus.faults.scenario;

import io.postbus.faults.world.World;

/** One fault, once. */
record Alone(Fault fault) implements Scenario {
  @Override
  public String name() {
    return fault.name();
  }

  @Override
  public Area area() {
    return fault.area();
  }

  @Override
  public boolean fits(World world) {
    return fault.fits(world);
  }

  @Override
  public void run(Stage stage) {
    stage.suffer(fault);
    stage.flow(stage.pace().calm());
  }
}
