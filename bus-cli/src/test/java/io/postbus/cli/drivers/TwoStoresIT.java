package io.postbus.cli.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RedisBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two machines, each with the embedded store of its own, and a group with members on both: what one
 * of them guarantees the other acknowledges, on every broker.
 */
@Timeout(120)
class TwoStoresIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(40));
  private static final PublishOptions GUARANTEED =
      Publish.guaranteed().ackWithin(Duration.ofSeconds(60));
  private static final Subscription GROUP = Subscription.group("mail").topics("orders");

  @TempDir Path folder;
  private final String namespace = UUID.randomUUID() + ".";
  private final Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();

  static Stream<Arguments> brokers() {
    return Stream.of(
        Arguments.of("rabbitmq", "uris", RabbitBroker.shared().uri()),
        Arguments.of("redis-stream", "uris", RedisBroker.shared().uri()),
        Arguments.of("kafka", "servers", KafkaBroker.shared().servers()));
  }

  @ParameterizedTest
  @MethodSource("brokers")
  void whatOneGuaranteesTheOtherAcknowledges(String driver, String key, Object address) {
    try (Bus near = bus(driver, key, address, "near");
        Bus far = bus(driver, key, address, "far")) {
      near.subscribe(GROUP, d -> {}).close();
      far.subscribe(
          GROUP,
          d ->
              handled
                  .computeIfAbsent(d.message().id(), id -> new AtomicInteger())
                  .incrementAndGet());
      // From the first one on the publisher hears of acknowledgements.
      publish(near, 1);
      SOON.until("it is acknowledged", () -> waiting(near) == 0);
      handled.clear();
      publish(near, 300);
      SOON.until("all are acknowledged", () -> waiting(near) == 0);

      assertThat(handled).hasSize(300);
      assertThat(handled.values()).allMatch(times -> times.get() == 1);
      assertThat(waiting(far)).isZero();
    }
  }

  private static void publish(Bus bus, int count) {
    for (int i = 0; i < count; i++) {
      bus.publish(Message.of("orders", "Placed", new byte[100]), GUARANTEED);
    }
  }

  private static long waiting(Bus bus) {
    return bus.delayed().count(Filter.all());
  }

  private Bus bus(String driver, String key, Object address, String store) {
    return Bus.builder()
        .set("driver", driver)
        .set("drivers." + driver + "." + key, List.of(address.toString()))
        .set("namespace", namespace)
        .set("store.url", "jdbc:h2:async:" + folder.resolve(store) + ";AUTO_SERVER=TRUE")
        .open();
  }
}
