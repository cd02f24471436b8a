package io.postbus.faults.scenario;

import io.postbus.faults.history.Window;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An hour's reconnects, subscriptions and rebalances within seconds; afterwards threads, file
 * handles and heap of every node are where they were.
 */
record Churn() implements Scenario {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** Pools breathe; each node has seven rounds, and two groups leave and join in each. */
  private static final int MORE_THREADS = 12;

  private static final int MORE_FILES = 10;
  private static final long MORE_BYTES = 16L << 20;

  private record Count(long threads, long bytes, long files) {
    static Count parse(String text) {
      long[] n = Stream.of(text.split(" ")).mapToLong(Long::parseLong).toArray();
      return new Count(n[0], n[1], n[2]);
    }
  }

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public Area area() {
    return Area.PROCESS;
  }

  @Override
  public boolean fits(World world) {
    return world.consumers().size() > 1
        && world.nodes().stream().allMatch(NodeHandle.Killable.class::isInstance);
  }

  /**
   * None: its attempts begin anew wherever it goes, so that its key would wait for as long as
   * consumers come and go.
   */
  @Override
  public int bad() {
    return 0;
  }

  @Override
  public void run(Stage stage) {
    int rounds = stage.pace().rounds();
    stir(stage, 2 * stage.world().consumers().size());
    List<Count> before = counts(stage);
    stir(stage, rounds);
    List<Count> after = counts(stage);
    for (int i = 0; i < before.size(); i++) {
      compare(stage, stage.world().nodes().get(i).name(), before.get(i), after.get(i));
    }
  }

  /** One node after the other is cut off, leaves and joins. */
  private static void stir(Stage stage, int rounds) {
    List<NodeHandle> consumers = stage.world().consumers();
    for (int i = 0; i < rounds; i++) {
      NodeHandle node = consumers.get(i % consumers.size());
      Instant from = Instant.now();
      stage.world().ground().wire(node.name()).cut();
      stage.ledger().add(new Window("cut", from, Instant.now(), false));
      Instant asked = Instant.now();
      node.command("leave");
      await(stage, node, "left", asked);
      node.command("join");
      stage.flow(Duration.ofMillis(700));
    }
    stage.recover();
  }

  private static List<Count> counts(Stage stage) {
    // What has been closed may take a moment to be gone.
    stage.flow(Duration.ofSeconds(2));
    List<Count> counts = new ArrayList<>();
    for (NodeHandle node : stage.world().nodes()) {
      Instant asked = Instant.now();
      node.command("count");
      counts.add(Count.parse(await(stage, node, "counted", asked)));
    }
    return counts;
  }

  private static String await(Stage stage, NodeHandle node, String what, Instant asked) {
    Eventually.within(ANSWER)
        .until(
            node.name() + " has " + what,
            () -> {
              stage.world().history().refresh();
              return stage.world().history().said(node.name(), what).isAfter(asked);
            });
    @Nullable String value = stage.world().history().value(node.name(), what);
    return value == null ? "" : value;
  }

  private static void compare(Stage stage, String node, Count before, Count after) {
    if (after.threads() > before.threads() + MORE_THREADS
        || after.files() > before.files() + MORE_FILES
        || after.bytes() > before.bytes() + MORE_BYTES) {
      stage.problem(node + " leaks: " + before + " before, " + after + " after");
    }
  }
}
