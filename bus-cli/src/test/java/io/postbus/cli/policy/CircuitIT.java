package io.postbus.cli.policy;

import static io.postbus.cli.policy.Nodes.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Filter;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Circuit;
import io.postbus.spi.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What handlers work with is away for many times as long as their retries last, on RabbitMQ. */
class CircuitIT {
  private static final int MESSAGES = 400;

  @TempDir Path folder;
  private Nodes nodes;
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean away = true;

  @BeforeEach
  void prepare() {
    nodes = new Nodes(folder, Brokers.RABBITMQ);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  @ParameterizedTest
  @CsvSource({"NONE, jdbc", "KEY, jdbc", "NONE, memory"})
  void nothingDiesAndItGoesOnByItself(Order order, String store) {
    Bus bus = nodes.open(store);
    bus.subscribe(group().order(order), this::need);
    Nodes.publish(bus, 0, MESSAGES);
    SOON.until("it is paused", () -> state(bus) == State.STALLED);
    ConsumerHealth paused = bus.health().consumers().get(0);
    assertThat(paused.detail()).isEqualTo("paused by circuit: java.io.IOException: refused");
    int before = calls.get();
    SOON.until("it was tried for long", () -> calls.get() - before >= 40);
    assertThat(bus.deadLetters("g").count(Filter.all())).isZero();
    assertThat(done).isEmpty();
    away = false;
    SOON.until("all is handled", () -> done.size() == MESSAGES);
    assertThat(bus.deadLetters("g").count(Filter.all())).isZero();
    assertThat(state(bus)).isEqualTo(State.RUNNING);
  }

  @Test
  void whatAPausedNodeHeldIsLeftToOthers() {
    Bus first = nodes.open();
    first.subscribe(group(), d -> refuse());
    Nodes.publish(first, 0, MESSAGES);
    SOON.until("it is paused", () -> state(first) == State.STALLED);
    Bus second = nodes.open();
    away = false;
    second.subscribe(group(), this::need);
    SOON.until("all but a few are handled", () -> done.size() >= MESSAGES - 40);
    first.close(Duration.ZERO);
    SOON.until("all is handled", () -> done.size() == MESSAGES);
    assertThat(second.deadLetters("g").count(Filter.all())).isZero();
  }

  /** A message would be given up on after about two seconds. */
  private static Subscription group() {
    return Subscription.group("g")
        .topics(Nodes.TOPIC)
        .retry(
            RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(20))
                .thenDelayed(Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .circuit(new Circuit(20, Duration.ofMillis(100)));
  }

  private void need(Delivery d) throws java.io.IOException {
    calls.incrementAndGet();
    if (away) {
      refuse();
    }
    done.add(d.text());
  }

  private static void refuse() throws java.io.IOException {
    throw new java.io.IOException("refused");
  }

  private static State state(Bus bus) {
    return bus.health().consumers().get(0).state();
  }
}
