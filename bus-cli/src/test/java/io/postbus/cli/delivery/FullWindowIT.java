package io.postbus.cli.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More falls due at once than may await its confirmation. */
class FullWindowIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));
  private static final int DUE = 2000;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();

  @Test
  void whatIsDueWaitsForRoomAndIsNoWorseForIt() {
    try (Bus bus = bus()) {
      bus.subscribe(
          Subscription.group("full-window-group").topics("full-window"),
          d ->
              handled
                  .computeIfAbsent(d.message().id(), id -> new AtomicInteger())
                  .incrementAndGet());
      Instant due = Instant.now().plusSeconds(2);
      List<Message> all =
          IntStream.range(0, DUE)
              .mapToObj(i -> Message.of("full-window", "Due", new byte[100]))
              .toList();
      assertThat(bus.publishAll(all, Publish.at(due))).allMatch(r -> r.error().isEmpty());

      SOON.until("all are handled", () -> handled.size() == DUE);
      SOON.until("nothing waits", () -> bus.delayed().count(Filter.all()) == 0);
      assertThat(handled.values()).allMatch(times -> times.get() == 1);
      assertThat(meters.counter("messagebus.delayed.failed").count()).isZero();
    }
  }

  private Bus bus() {
    MariaDbBroker database = MariaDbBroker.shared();
    return Bus.builder()
        .set("driver", "rabbitmq")
        .set("drivers.rabbitmq.uris", List.of(RabbitBroker.shared().uri().toString()))
        .set("publish.window", 10)
        .set("store.url", database.jdbcUrl())
        .set("store.username", database.username())
        .set("store.password", database.password())
        .set("store.table-prefix", "window_" + ProcessHandle.current().pid() + "_")
        .meterRegistry(meters)
        .open();
  }
}
