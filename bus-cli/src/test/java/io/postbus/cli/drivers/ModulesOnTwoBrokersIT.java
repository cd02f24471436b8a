package io.postbus.cli.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Filter;
import io.postbus.ModuleHandler;
import io.postbus.Publish;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One process, two modules, each on a broker of its own; the store is the same. */
@Timeout(120)
class ModulesOnTwoBrokersIT {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));
  private static final Set<String> HANDLED = ConcurrentHashMap.newKeySet();

  @TempDir Path folder;

  /** Fails with each message once, and with "never" for ever. */
  public static final class Recorder implements ModuleHandler {
    @Override
    public void handle(Delivery delivery) {
      HANDLED.add(delivery.group() + " " + delivery.text() + " " + delivery.attempt());
      if (delivery.attempt() == 1 || delivery.text().equals("never")) {
        throw new IllegalStateException("not yet");
      }
    }
  }

  @Test
  void eachModuleConsumesAndRetriesOnItsOwn() throws IOException {
    HANDLED.clear();
    try (Bus bus = Bus.open(file())) {
      bus.modules().start(Set.of("shop", "audit"));
      for (String text : new String[] {"a", "b", "never"}) {
        bus.publish(Message.of("orders", "Placed", text));
        bus.publish(Message.of("orders", "Placed", text), Publish.driver("kafka"));
      }
      bus.publish(
          Message.of("orders", "Placed", "later"),
          Publish.after(Duration.ofMillis(300)).driver("kafka"));
      Set<String> expected =
          Set.of(
              "shop.orders a 1",
              "shop.orders a 2",
              "shop.orders b 1",
              "shop.orders b 2",
              "shop.orders never 1",
              "shop.orders never 2",
              "audit.orders a 1",
              "audit.orders a 2",
              "audit.orders b 1",
              "audit.orders b 2",
              "audit.orders never 1",
              "audit.orders never 2",
              "audit.orders later 1",
              "audit.orders later 2");
      SOON.asserts("all is handled", () -> assertThat(HANDLED).isEqualTo(expected));
      for (String group : new String[] {"shop.orders", "audit.orders"}) {
        SOON.until(
            "one is dead in " + group,
            () -> bus.deadLetters(group).count(Filter.error("not yet")) == 1);
      }
      bus.modules().stop(Set.of("shop"), Duration.ofSeconds(5));
      assertThat(bus.modules().running()).containsExactly("audit");
      bus.deadLetters("audit.orders").redrive(Filter.all());
      SOON.until(
          "it is dead again", () -> bus.deadLetters("audit.orders").count(Filter.all()) == 1);
    }
  }

  private Path file() throws IOException {
    return Files.writeString(
        folder.resolve("postbus.yaml"),
        """
        driver: rabbitmq
        namespace: "%s."
        drivers:
          rabbitmq: { uris: ["%s"] }
          kafka: { servers: ["%s"] }
        store: { type: jdbc, url: "jdbc:h2:file:%s/postbus" }
        defaults: { retry: { in-place: [], delayed: [100ms] } }
        modules:
          shop:
            handler: %s
            consumers: { orders: { topics: [orders] } }
          audit:
            driver: kafka
            handler: %s
            consumers: { orders: { topics: [orders] } }
        """
            .formatted(
                UUID.randomUUID(),
                RabbitBroker.shared().uri(),
                KafkaBroker.shared().servers(),
                folder,
                Recorder.class.getName(),
                Recorder.class.getName()));
  }
}
