package io.postbus.runtime.bus;

import static io.postbus.runtime.bus.BusRig.eventually;
import static io.postbus.runtime.bus.BusRig.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.Interceptor;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.driver.memory.MemoryBroker;
import io.postbus.message.Message;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.PublishException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusSetupTest {
  private static final Subscription MAIL = Subscription.group("mail").topics("orders");

  private final BusRig rig = new BusRig();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aBusNeedsNoFile() {
    try (Bus bus =
        Bus.builder()
            .set("driver", "memory")
            .set(Map.of("drivers.memory.name", rig.name, "store.name", rig.name))
            .open()) {
      bus.subscribe(MAIL, d -> seen.add(d.message().type()));
      bus.publish(message("Placed"));
      eventually("it is handled", () -> seen.contains("Placed"));
    }
  }

  @Test
  void aFileIsEnough(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("postbus.yaml");
    Files.writeString(
        file,
        """
        driver: main
        source: shop
        drivers:
          main: { type: memory, name: "%s" }
        store: { name: "%s" }
        topics:
          audit: { unroutable: drop }
        """
            .formatted(rig.name, rig.name));
    try (Bus bus = Bus.open(file)) {
      bus.subscribe(MAIL, d -> seen.add(d.message().source() + " " + d.message().type()));
      bus.publish(message("Placed"));
      bus.publish(Message.of("audit", "Seen", "x"));
      assertThatThrownBy(() -> bus.publish(Message.of("other", "Seen", "x")))
          .isInstanceOf(PublishException.class);
      eventually("it is handled", () -> seen.contains("shop Placed"));
      assertThat(bus.health().connections().keySet()).containsExactlyInAnyOrder("main", "store");
    }
  }

  @Test
  void everyProblemIsToldAtOnceWithItsPlace(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("postbus.yaml");
    Files.writeString(
        file,
        """
        driver: rabitmq
        shutdown: { grace: soon }
        drivers:
          eu: { type: memory, capasity: 3 }
        store: { type: oracle }
        """);

    assertThatThrownBy(() -> Bus.open(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("rabitmq")
        .hasMessageContaining("postbus.yaml:2")
        .hasMessageContaining("shutdown.grace")
        .hasMessageContaining("capasity")
        .hasMessageContaining("did you mean capacity")
        .hasMessageContaining("oracle");
  }

  @Test
  void aDriverThatIsNotThereSaysWhichArtifactBringsIt() {
    assertThatThrownBy(() -> new BusSetup().isolated().set("driver", "kafka").open())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kafka")
        .hasMessageContaining("io.postbus:driver-kafka")
        .hasMessageContaining("there are memory");
    assertThatThrownBy(() -> new BusSetup().isolated().set("driver", "memroy").open())
        .hasMessageContaining("did you mean memory?");
  }

  @Test
  void anUnknownKeySuggestsTheNearestKnownOne() {
    assertThatThrownBy(() -> rig.setup().set("pubish.timeout", "1s").open())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pubish")
        .hasMessageContaining("did you mean publish?");
  }

  @Test
  void anotherConnectionIsAnotherBrokerAndItsRetriesReturnToIt() {
    rig.bus.close();
    MemoryBroker other = MemoryBroker.named(rig.name + "-eu");
    try (Bus bus =
        rig.setup()
            .set("drivers.eu.type", "memory")
            .set("drivers.eu.name", rig.name + "-eu")
            .open()) {
      bus.subscribe(
          MAIL.driver("eu").retry(io.postbus.RetrySchedule.delayed(Duration.ofMillis(50))),
          d -> {
            seen.add("eu " + d.message().type() + " " + d.attempt());
            if (d.attempt() == 1) {
              throw new IllegalStateException("once");
            }
          });
      bus.publish(message("Placed"), Publish.driver("eu"));
      bus.publish(message("Later"), Publish.driver("eu").after(Duration.ofMillis(50)));

      eventually(
          "both are handled twice",
          () ->
              seen.containsAll(List.of("eu Placed 1", "eu Placed 2", "eu Later 1", "eu Later 2")));
      assertThat(rig.broker.groups()).isEmpty();
      assertThat(other.groups()).containsExactly("mail");
    } finally {
      other.close();
    }
  }

  @Test
  void interceptorsStandAroundPublishingAndHandling() {
    Interceptor noting =
        new Interceptor() {
          @Override
          public CompletionStage<Void> publish(
              Message m, Function<Message, CompletionStage<Void>> next) {
            seen.add("publish " + m.type());
            return next.apply(m);
          }

          @Override
          public void handle(Delivery d, Handler next) throws Exception {
            seen.add("before " + d.message().type());
            next.handle(d);
            seen.add("after " + d.message().type());
          }
        };
    try (Bus bus = rig.setup().interceptor(noting).open()) {
      bus.subscribe(MAIL, d -> seen.add("handle " + d.message().type()));
      bus.publish(message("Placed"));
      eventually("it is handled", () -> seen.contains("after Placed"));
    }
    assertThat(seen)
        .containsExactly("publish Placed", "before Placed", "handle Placed", "after Placed");
  }

  @Test
  void metersCountWhatTheBusDoes() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (Bus bus = rig.setup().meterRegistry(meters).open()) {
      bus.subscribe(MAIL.module("shop").consumer("mail"), d -> seen.add("handled"));
      bus.publish(message("Placed"));
      eventually(
          "it is timed",
          () -> meters.get("messagebus.job.cost").tag("consumer", "mail").timer().count() == 1);
      assertThat(meters.get("messagebus.published").tag("outcome", "confirmed").counter().count())
          .isEqualTo(1);
      assertThat(meters.get("messagebus.connected").tag("connection", "memory").gauge().value())
          .isEqualTo(1);
    }
  }

  @Test
  void messagesOfOtherWritersAreMappedAndThenFiltered() {
    try (Bus bus =
        rig.setup()
            .set("foreign.orders.type", "field:event")
            .set("foreign.orders.data", "fields")
            .open()) {
      bus.subscribe(MAIL.events("Placed"), d -> seen.add(d.message().type() + " " + d.text()));
      foreign("Paid");
      foreign("Placed");

      eventually("it is handled", () -> !seen.isEmpty());
      assertThat(seen).singleElement().asString().startsWith("Placed ");
    }
  }

  private void foreign(String event) {
    rig.broker.publish(
        "orders",
        new MemoryBroker.Raw(
            "{}".getBytes(StandardCharsets.UTF_8), Map.of("event", event, "uid", "7"), null));
  }
}
