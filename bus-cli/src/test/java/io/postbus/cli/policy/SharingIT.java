package io.postbus.cli.policy;

import static io.postbus.cli.policy.Nodes.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes share what there is to do, on RabbitMQ. */
class SharingIT {
  private static final int MANY = 10_000;

  /** One handling of a message by a node. */
  private record Handling(String node, String text, long nanos) {}

  @TempDir Path folder;
  private Nodes nodes;
  private final ConcurrentLinkedQueue<Handling> begun = new ConcurrentLinkedQueue<>();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final LongAdder worked = new LongAdder();
  private volatile Duration work = Duration.ZERO;

  @BeforeEach
  void prepare() {
    nodes = new Nodes(folder);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  /** It was quick and took many at a time; now each takes long. */
  @Test
  void anIdleNodeGetsWhatASlowOneHasTakenAhead() {
    work = Duration.ofMillis(2);
    Bus slow = nodes.open();
    slow.subscribe(group(), d -> handle("slow", d)).close();
    Nodes.publish(slow, 0, MANY);
    slow.subscribe(group(), d -> handle("slow", d));
    SOON.until("it takes many ahead", () -> held(slow) >= 100);
    work = Duration.ofMillis(300);
    Bus idle = nodes.open();
    slow.groups().purge("g");
    int before = begun.size();
    long joins = System.nanoTime();
    idle.subscribe(group(), d -> handle("idle", d));
    SOON.until("nothing is left", () -> held(slow) + held(idle) == 0);
    Duration took = Duration.ofNanos(System.nanoTime() - joins);
    int rest = begun.size() - before;
    assertThat(rest).isGreaterThan(80);
    assertThat(Duration.ofNanos(by("idle").get(3).nanos() - joins))
        .isLessThan(Duration.ofSeconds(3));
    assertThat(by("idle").size()).isBetween(rest * 30 / 100, rest * 55 / 100);
    assertThat(took).isLessThan(work.multipliedBy(rest).dividedBy(8).plusSeconds(3));
    assertThat(begun.stream().map(Handling::text).distinct()).hasSize(begun.size());
  }

  @Test
  void twoNodesFinishAThousandInLittleMoreThanTheLeastTime() {
    Bus first = nodes.open();
    work = Duration.ofMillis(50);
    first.subscribe(group(), d -> handle("first", d)).close();
    Nodes.publish(first, 0, 1_000);
    first.subscribe(group(), d -> handle("first", d));
    nodes.open().subscribe(group(), d -> handle("second", d));
    SOON.until("all is handled", () -> done.size() == 1_000);
    Handling last = begun.stream().reduce((a, b) -> b).orElseThrow();
    Duration took = Duration.ofNanos(last.nanos() - begun.element().nanos()).plus(work);
    // Of what the handlings took together, which is more than their sleep on a busy machine.
    Duration least = Duration.ofNanos(worked.sum() / 8);
    assertThat(took).isLessThan(least.multipliedBy(115).dividedBy(100));
    assertThat(begun).hasSize(1_000);
    assertThat(by("second").size()).isBetween(400, 550);
  }

  private static Subscription group() {
    return Subscription.group("g").topics(Nodes.TOPIC).concurrency(4);
  }

  private void handle(String node, Delivery d) {
    long start = System.nanoTime();
    begun.add(new Handling(node, d.text(), start));
    for (long left = work.toNanos();
        left > 0;
        left = work.toNanos() - (System.nanoTime() - start)) {
      LockSupport.parkNanos(left);
    }
    worked.add(System.nanoTime() - start);
    done.add(d.text());
  }

  private List<Handling> by(String node) {
    return begun.stream().filter(h -> h.node().equals(node)).toList();
  }

  private static int held(Bus bus) {
    return bus.health().consumers().get(0).inFlight();
  }
}
