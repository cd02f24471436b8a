package io.postbus.faults;

import io.postbus.faults.check.Checker;
import io.postbus.faults.history.Kind;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import io.postbus.faults.scenario.Pace;
import io.postbus.faults.scenario.Scenario;
import io.postbus.faults.scenario.Stage;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Messages flow, a scenario is run, all settles, the history is checked. One thread. */
final class Trial {
  /** More than an entry is late whose node died while it fired it. */
  private static final Duration SETTLING = Duration.ofSeconds(75);

  private static final Duration HUSHING = Duration.ofSeconds(40);

  private static final Duration ASKING = Duration.ofSeconds(1);

  /** While others are missing as well: it is work for the broker. */
  private static final Duration ASKING_EARLY = Duration.ofSeconds(10);

  /** Nodes whose clocks are behind note failures as older than they are. */
  private static final Duration CLOCKS_OFF = Duration.ofMinutes(10);

  private static final int SHOWN = 5;

  private final World world;
  private final Pace pace;
  private Instant begun = Instant.EPOCH;
  private Instant asked = Instant.EPOCH;

  Trial(World world, Pace pace) {
    this.world = world;
    this.pace = pace;
  }

  /**
   * Runs a scenario.
   *
   * @param name what the ids of its messages begin with; each trial of a world has another
   */
  Verdict run(String name, Scenario scenario, long seed) {
    begun = Instant.now();
    asked = Instant.EPOCH;
    Ledger ledger = world.history().begin(name);
    Stage stage = new Stage(world, ledger, new Random(seed), pace);
    List<String> problems = new ArrayList<>();
    try {
      publish(name, scenario.bad(), seed);
      stage.awaitFlow(begun, 20);
      stage.flow(pace.calm());
      scenario.run(stage);
    } catch (RuntimeException | AssertionError e) {
      problems.add(scenario.name() + " could not be run: " + e);
    }
    hush(problems);
    settle(ledger);
    problems.addAll(stage.problems());
    Map<String, List<String>> broken = Checker.broken(ledger, world.ground().waived());
    broken.forEach((rule, places) -> problems.add(told(rule, places)));
    return new Verdict(
        scenario.name(),
        Checker.account(ledger),
        stage.slowest(),
        Duration.between(begun, Instant.now()),
        problems);
  }

  private void publish(String name, int bad, long seed) {
    String what = name + " " + pace.perSecond() + " " + bad + " " + seed;
    world.publisher().command("publish " + what);
  }

  private void hush(List<String> problems) {
    Instant now = Instant.now();
    NodeHandle publisher = world.publisher();
    try {
      publisher.command("hush");
      await(HUSHING, "the publisher knows every ending", () -> said("hushed").isAfter(now));
    } catch (RuntimeException | AssertionError e) {
      problems.add("publishing did not end: " + e);
    }
  }

  /** Waits until nothing is missing, or in vain. */
  private void settle(Ledger ledger) {
    try {
      await(SETTLING, "everything is handled", () -> settled(ledger));
    } catch (AssertionError missing) {
      // The checker says what.
      return;
    }
  }

  private boolean settled(Ledger ledger) {
    List<Story> missing =
        ledger.stories().stream()
            .filter(ledger::owes)
            .filter(s -> !ledger.groups().stream().allMatch(s::over))
            .toList();
    boolean onlyDead = missing.stream().allMatch(s -> s.is(Kind.BAD));
    Duration pause = onlyDead ? ASKING : ASKING_EARLY;
    if (answered() && Duration.between(asked, Instant.now()).compareTo(pause) > 0) {
      asked = Instant.now();
      world.publisher().command("dead " + begun.minus(CLOCKS_OFF).toEpochMilli());
    }
    return missing.isEmpty();
  }

  private boolean answered() {
    return asked.equals(Instant.EPOCH)
        || said("counted-dead").isAfter(asked)
        || said("cannot-count-dead").isAfter(asked);
  }

  private Instant said(String what) {
    return world.history().said(world.publisher().name(), what);
  }

  private void await(Duration limit, String what, Condition condition) {
    Eventually.within(limit)
        .until(
            what,
            () -> {
              world.history().refresh();
              return condition.holds();
            });
  }

  private interface Condition {
    boolean holds();
  }

  private static String told(String rule, List<String> places) {
    String first = String.join("; ", places.subList(0, Math.min(SHOWN, places.size())));
    return rule + " is broken " + places.size() + " times: " + first;
  }
}
