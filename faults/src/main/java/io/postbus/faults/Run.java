package io.postbus.faults;

import io.postbus.faults.scenario.Pace;
import io.postbus.faults.scenario.Scenario;
import io.postbus.faults.scenario.Scenarios;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.Grounds;
import io.postbus.faults.world.Site;
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
  private final long end;
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
    this.end = System.nanoTime() + time.toNanos();
    this.only = only;
    this.report = report;
  }

  void run() {
    Path folder = folder();
    Random random = new Random(seed);
    List<Site> sites = Grounds.of(driver).stream().filter(this::wanted).toList();
    for (int i = 0; i < sites.size(); i++) {
      try {
        visit(sites.get(i), Files.createDirectory(folder.resolve("site" + i)), random);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    report.end(driver, seed);
    if (!report.good()) {
      report.say("The journals and logs are in %s%n", folder);
    }
  }

  private void visit(Site site, Path folder, Random random) {
    try (Ground ground = site.ground().get();
        World world = World.open(ground, folder, CONSUMERS)) {
      report.begin(driver, site.what(), ground.store().name(), seed);
      Trial trial = new Trial(world, Pace.FULL);
      int number = 0;
      for (Scenario scenario : order(site, world, random)) {
        if (System.nanoTime() < end) {
          report.add(trial.run("t" + ++number, scenario, random.nextLong()));
        } else {
          report.missed(scenario.name());
        }
      }
      Scenario mixed = Scenarios.mixed();
      while (System.nanoTime() < end && wanted(site, mixed) && mixed.fits(world)) {
        report.add(trial.run("t" + ++number, mixed, random.nextLong()));
      }
    }
  }

  private List<Scenario> order(Site site, World world, Random random) {
    List<Scenario> all =
        new ArrayList<>(
            Scenarios.single().stream().filter(s -> wanted(site, s) && s.fits(world)).toList());
    Collections.shuffle(all, random);
    return all;
  }

  private boolean wanted(Site site) {
    return only.isEmpty() || site.takes(only);
  }

  private boolean wanted(Site site, Scenario scenario) {
    return site.takes(scenario.name()) && (only.isEmpty() || scenario.name().equals(only));
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("postbus-faults-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
