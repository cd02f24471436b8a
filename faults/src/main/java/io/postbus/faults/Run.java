package io.postbus.faults;

import io.postbus.faults.scenario.Pace;
import io.postbus.faults.scenario.Scenario;
import io.postbus.faults.scenario.Scenarios;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.Grounds;
import io.postbus.faults.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** All scenarios on one driver: each alone, then mixtures until the time is over. One thread. */
final class Run {
  private static final int CONSUMERS = 3;

  private final String driver;
  private final long seed;
  private final Duration time;
  private final String only;
  private final Report report;

  /**
   * A run.
   *
   * @param only the one scenario that is wanted; empty for all
   */
  Run(String driver, long seed, Duration time, String only, Report report) {
    this.driver = driver;
    this.seed = seed;
    this.time = time;
    this.only = only;
    this.report = report;
  }

  void run() {
    Path folder = folder();
    long end = System.nanoTime() + time.toNanos();
    Random random = new Random(seed);
    try (Ground ground = Grounds.open(driver);
        World world = World.open(ground, folder, CONSUMERS)) {
      report.begin(driver, ground.store().name(), seed);
      Trial trial = new Trial(world, Pace.FULL);
      int number = 0;
      for (Scenario scenario : order(world, random)) {
        if (System.nanoTime() < end) {
          report.add(trial.run("t" + ++number, scenario, random.nextLong()));
        }
      }
      Scenario mixed = Scenarios.mixed();
      while (System.nanoTime() < end && wanted(mixed) && mixed.fits(world)) {
        report.add(trial.run("t" + ++number, mixed, random.nextLong()));
      }
    }
    report.end(driver, seed);
    if (!report.good()) {
      System.out.println("The journals and logs are in " + folder);
    }
  }

  private List<Scenario> order(World world, Random random) {
    List<Scenario> all =
        new ArrayList<>(
            Scenarios.single().stream().filter(s -> wanted(s) && s.fits(world)).toList());
    Collections.shuffle(all, random);
    return all;
  }

  private boolean wanted(Scenario scenario) {
    return only.isEmpty() || scenario.name().equals(only);
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("postbus-faults-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
