package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Driver;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Settings;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.KafkaBroker;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A producer that gets another id while messages are handed to it. */
class RenewalIT {
  private static final int MESSAGES = 40;
  private static final int BYTES = 50_000;

  private final AtomicInteger life = new AtomicInteger();
  private final AtomicInteger confirmed = new AtomicInteger();
  private final Queue<PublishException> failures = new ConcurrentLinkedQueue<>();

  /** The old one may have sent what it took. It had not taken what it had no room for. */
  @Test
  void whatWasBeingHandedOverGoesToTheNewOne() throws Exception {
    KafkaBroker broker = KafkaBroker.shared();
    try (Scene scene = new Scene(broker)) {
      Driver driver = scene.driver();
      driver.topology().declare(Scene.topic("topic", 1, null));
      try (KafkaSender sender = sender(scene)) {
        send(sender);
        Eventually.within(Scene.PATIENCE).until("confirmed", () -> confirmed.get() == 1);

        broker.pause();
        Thread publisher = new Thread(() -> publish(sender));
        publisher.start();
        Eventually.within(Scene.PATIENCE)
            .until(
                "there is no more room", () -> publisher.getState() == Thread.State.TIMED_WAITING);
        life.incrementAndGet();
        sender.renew();
        broker.resume();
        publisher.join(Scene.PATIENCE.toMillis());

        Eventually.within(Scene.PATIENCE)
            .until("all have ended", () -> confirmed.get() + failures.size() == MESSAGES + 1);
        assertThat(failures).allMatch(e -> e.outcome() == Outcome.UNKNOWN);
      } finally {
        broker.resume();
      }
    }
  }

  private void publish(KafkaSender sender) {
    for (int i = 0; i < MESSAGES; i++) {
      send(sender);
    }
  }

  private void send(KafkaSender sender) {
    sender.send(
        Destination.topic("topic"), Message.of("topic", "Type", new byte[BYTES]), this::ended);
  }

  private void ended(@Nullable Throwable failure) {
    if (failure == null) {
      confirmed.incrementAndGet();
    } else {
      failures.add((PublishException) failure);
    }
  }

  /** With room for ten messages and more. */
  private KafkaSender sender(Scene scene) {
    KafkaCalls calls = new KafkaCalls(scene.admin, "renewal", Duration.ofSeconds(10));
    Map<String, Object> all = Map.of("servers", scene.broker.servers(), "buffer", "600KiB");
    return new KafkaSender(
        new KafkaNames(scene.namespace),
        new KnownTopics(calls, "signals"),
        new MinIsr(calls),
        new ProducerSpec(Confirm.CONFIRMED, Scene.PATIENCE, 1_000),
        new ClientProperties(KafkaSettings.read(Settings.of(all)), "renewal"),
        life::get,
        closed -> {});
  }
}
