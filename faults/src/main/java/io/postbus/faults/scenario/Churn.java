package io.postbus.faults.scenario;

import io.postbus.faults.history.Window;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.Wire;
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
 * handles, heap and connections of every node, and the broker's channels, are where they were.
 */
record Churn() implements Scenario {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** Pools breathe; each node has seven rounds, and two groups leave and join in each. */
  private static final int MORE_THREADS = 12;

  private static final int MORE_FILES = 10;
  private static final long MORE_BYTES = 16L << 20;

  /** Clients have pools. Who leaks has as many more as rounds. */
  private static final int MORE_CONNECTIONS = 4;

  private static final int MORE_CHANNELS = 2;

  /** What leaks stays; what breathes is smaller at one of so many looks. */
  private static final int LOOKS = 5;

  /** What a node has; of channels, what all have. */
  private record Count(long threads, long bytes, long files, int connections, int channels) {
    static Count parse(String text, int connections, int channels) {
      long[] n = Stream.of(text.split(" ")).mapToLong(Long::parseLong).toArray();
      return new Count(n[0], n[1], n[2], connections, channels);
    }

    boolean exceeds(Count before) {
      return threads > before.threads + MORE_THREADS
          || files > before.files + MORE_FILES
          || bytes > before.bytes + MORE_BYTES
          || connections > before.connections + MORE_CONNECTIONS
          || channels > before.channels + MORE_CHANNELS;
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
        && world.ground() instanceof Ground.Wired
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
    stir(stage, Math.min(rounds, 2 * stage.world().consumers().size()));
    List<Count> before = counts(stage);
    stir(stage, rounds);
    List<String> leaks = leaks(stage, before);
    for (int i = 1; !leaks.isEmpty() && i < LOOKS; i++) {
      leaks = leaks(stage, before);
    }
    leaks.forEach(stage::problem);
  }

  private static Ground.Wired wired(World world) {
    return (Ground.Wired) world.ground();
  }

  /** One node after the other is cut off, leaves and joins. */
  private static void stir(Stage stage, int rounds) {
    List<NodeHandle> consumers = stage.world().consumers();
    for (int i = 0; i < rounds; i++) {
      NodeHandle node = consumers.get(i % consumers.size());
      Instant from = Instant.now();
      wired(stage.world()).wire(node.name()).cut();
      stage.ledger().add(Window.of("cut", from, Instant.now()));
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
    int channels = stage.world().ground() instanceof Ground.Channelled c ? c.channels() : 0;
    for (NodeHandle node : stage.world().nodes()) {
      Instant asked = Instant.now();
      node.command("count");
      String said = await(stage, node, "counted", asked);
      counts.add(Count.parse(said, connections(stage.world(), node), channels));
    }
    return counts;
  }

  private static int connections(World world, NodeHandle node) {
    return wired(world).wire(node.name()) instanceof Wire.Fine fine ? fine.connections() : 0;
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

  private static List<String> leaks(Stage stage, List<Count> before) {
    List<Count> after = counts(stage);
    List<String> leaks = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      if (after.get(i).exceeds(before.get(i))) {
        String name = stage.world().nodes().get(i).name();
        leaks.add(name + " leaks: " + before.get(i) + " before, " + after.get(i) + " after");
      }
    }
    return leaks;
  }
}
