package io.postbus.faults.scenario;

import io.postbus.faults.history.Kind;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import io.postbus.faults.history.Window;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What a scenario acts on: a world with messages flowing, and the notes of one trial. One thread.
 */
public final class Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration STEP = Duration.ofMillis(50);

  private final World world;
  private final Ledger ledger;
  private final Random random;
  private final Pace pace;
  private final List<String> problems = new ArrayList<>();

  /** Faults whose broker does not know the groups before these have told it again. */
  private final List<Supplier<Window>> forgetting = new ArrayList<>();

  private Duration slowest = Duration.ZERO;

  /** A stage of a trial whose messages are flowing. */
  public Stage(World world, Ledger ledger, Random random, Pace pace) {
    this.world = world;
    this.ledger = ledger;
    this.random = random;
    this.pace = pace;
  }

  public World world() {
    return world;
  }

  public Ledger ledger() {
    return ledger;
  }

  public Random random() {
    return random;
  }

  public Pace pace() {
    return pace;
  }

  /** What was not as it must be, beside the rules of histories. */
  public List<String> problems() {
    return problems;
  }

  /** The longest that anything took to be well again. */
  public Duration slowest() {
    return slowest;
  }

  public void problem(String text) {
    problems.add(text);
  }

  /** Lets messages flow for a while. */
  public void flow(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(STEP.toNanos());
      world.history().refresh();
    }
  }

  /** Returns when so many have been confirmed, and handled by each group, since the moment. */
  public void awaitFlow(Instant since, int messages) {
    Eventually.within(PATIENCE)
        .until(
            messages + " messages flow through",
            () -> {
              world.history().refresh();
              return flows(since, messages);
            });
  }

  /** Breaks something for its time, and waits until all is well again. */
  public void suffer(Fault fault) {
    Instant from = Instant.now();
    begin(fault);
    flow(pace.of(fault));
    tellsTruth(fault, from);
    end(fault, from);
    recover();
  }

  public void begin(Fault fault) {
    fault.begin(world);
  }

  /** Ends it, and notes when it was there. */
  public void end(Fault fault, Instant from) {
    fault.end(world);
    Duration forgets = fault.forgets(world);
    if (forgets.isZero()) {
      ledger.add(Window.of(fault.name(), from, Instant.now()));
    } else {
      forgetting.add(() -> new Window(fault.name(), from, Instant.now(), forgets));
    }
  }

  /** Nodes that live say so, and those that a fault concerns say that they cannot work. */
  private void tellsTruth(Fault fault, Instant from) {
    boolean noticed = Duration.between(from, Instant.now()).compareTo(fault.notice()) >= 0;
    for (NodeHandle node : world.nodes()) {
      Fault.Truth truth = fault.truth(node);
      if (noticed && truth != Fault.Truth.EITHER) {
        boolean ready = node.ready();
        if (ready != (truth == Fault.Truth.READY)) {
          problem(node.name() + (ready ? " said it was ready" : " said it was not") + ", lying");
        }
        if (!node.live()) {
          problem(node.name() + " said it was dead");
        }
      }
    }
  }

  /** Waits until every node is ready and messages flow, and notes how long that took. */
  public void recover() {
    Instant ended = Instant.now();
    try {
      Eventually.within(PATIENCE).until("all nodes are ready", world::ready);
      awaitFlow(ended, 5);
    } catch (AssertionError e) {
      problem("not back within " + PATIENCE + ": " + e.getMessage());
    }
    forgetting.forEach(window -> ledger.add(window.get()));
    forgetting.clear();
    Duration took = Duration.between(ended, Instant.now());
    slowest = took.compareTo(slowest) > 0 ? took : slowest;
    if (took.compareTo(pace.back()) > 0) {
      problem("back after " + took.toMillis() + " ms only");
    }
  }

  /** Whether publishers get through, and every group handles, be it what had to wait. */
  private boolean flows(Instant since, int messages) {
    long confirmed =
        ledger.stories().stream().filter(s -> confirmed(s, since)).limit(messages).count();
    return confirmed >= messages
        && ledger.groups().stream().allMatch(group -> handled(group, since, messages));
  }

  private static boolean confirmed(Story story, Instant since) {
    return story.is(Kind.PLAIN)
        && story.confirmed()
        && story.published().filter(p -> p.at().isAfter(since)).isPresent();
  }

  private boolean handled(String group, Instant since, int messages) {
    return ledger.stories().stream()
            .filter(s -> s.handled(group).stream().anyMatch(h -> h.at().isAfter(since)))
            .limit(messages)
            .count()
        >= messages;
  }
}
