package io.postbus.faults.scenario;

import io.postbus.faults.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Two or three faults at random that overlap, begun and ended at random moments. */
record Mixed(List<Fault> faults) implements Scenario {
  private static final int MOST = 3;

  private record Running(Fault fault, Instant from) {}

  @Override
  public String name() {
    return "mixed";
  }

  @Override
  public Area area() {
    return Area.MIXED;
  }

  @Override
  public boolean fits(World world) {
    return faults.stream().filter(f -> f.fits(world)).count() >= 2;
  }

  @Override
  public void run(Stage stage) {
    List<Running> running = new ArrayList<>();
    for (Fault fault : pick(stage)) {
      running.add(new Running(fault, Instant.now()));
      stage.begin(fault);
      stage.flow(moment(stage, fault));
    }
    Collections.shuffle(running, stage.random());
    for (Running each : running) {
      stage.end(each.fault(), each.from());
      stage.flow(moment(stage, each.fault()).dividedBy(4));
    }
    stage.recover();
    stage.flow(stage.pace().calm());
  }

  private List<Fault> pick(Stage stage) {
    List<Fault> all = new ArrayList<>(faults.stream().filter(f -> f.fits(stage.world())).toList());
    Collections.shuffle(all, stage.random());
    Set<String> taken = new HashSet<>();
    List<Fault> picked = new ArrayList<>();
    for (Fault fault : all) {
      if (picked.size() < MOST && Collections.disjoint(taken, fault.touches())) {
        taken.addAll(fault.touches());
        picked.add(fault);
      }
    }
    return picked;
  }

  private static Duration moment(Stage stage, Fault fault) {
    long most = Math.min(stage.pace().of(fault).toMillis(), 6_000);
    return Duration.ofMillis(200 + stage.random().nextInt((int) most));
  }
}
