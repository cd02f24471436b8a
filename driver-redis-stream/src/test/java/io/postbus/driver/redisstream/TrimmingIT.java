package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.TopicSpec;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RedisBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every group is done with is dropped, and nothing that one still needs. */
@Timeout(600)
class TrimmingIT {
  /** How many messages pass: {@code -Dpostbus.redis.volume=1000000} for many. */
  private static final int VOLUME = Integer.getInteger("postbus.redis.volume", 20_000);

  private static final int BATCH = 1_000;

  /** A stream is cut in whole nodes, of 100 entries by default. */
  private static final long REST = 200;

  private static final RedisBroker BROKER = RedisBroker.shared();
  private static final Map<String, Object> ACCESS =
      Map.of("uris", BROKER.uri().toString(), "trim-every", "100ms");

  @Test
  void aStoppedGroupFindsAllItsMessages() throws Exception {
    try (Scene scene = new Scene(ACCESS)) {
      Driver driver = scene.driver(Map.of());
      Group stopped = Scene.declared(driver, "stopped", Order.NONE, "trimmed");
      Group working = Scene.declared(driver, "working", Order.NONE, "trimmed");
      Producer producer = Scene.producer(driver);
      try (Consumer consumer = Scene.consumer(driver, working, BATCH)) {
        for (int from = 0; from < VOLUME; from += BATCH) {
          Scene.publish(producer, batch(from));
          Scene.drain(consumer, BATCH);
        }
        assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      }
      assertThat(driver.topology().backlog(working).ready()).isZero();
      assertThat(driver.topology().backlog(stopped).ready()).isEqualTo(VOLUME);

      BitSet seen = new BitSet(VOLUME);
      try (Consumer consumer = Scene.consumer(driver, stopped, BATCH)) {
        for (int n = 0; n < VOLUME; ) {
          List<Received> some = consumer.poll(BATCH, Scene.PATIENCE);
          assertThat(some).as("messages after " + n).isNotEmpty();
          some.forEach(d -> seen.set(Integer.parseInt(d.message().id())));
          Scene.ack(consumer, some);
          n += some.size();
        }
        assertThat(seen.cardinality()).isEqualTo(VOLUME);
        assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      }
      eventuallyShort("scene.trimmed");
    }
  }

  private static List<Message> batch(int from) {
    List<Message> all = new ArrayList<>();
    for (int n = from; n < from + BATCH; n++) {
      all.add(Message.builder("trimmed", "T").id(Integer.toString(n)).body(new byte[100]).build());
    }
    return all;
  }

  /** One delivery in hand, the oldest, holds back everything behind it. */
  @Test
  void whatIsInHandIsKept() throws Exception {
    try (Scene scene = new Scene(ACCESS)) {
      Driver driver = scene.driver(Map.of());
      Group group = Scene.declared(driver, "hand", Order.NONE, "in-hand");
      try (Consumer consumer = Scene.consumer(driver, group, 2_000)) {
        Scene.publish(Scene.producer(driver), Scene.messages("in-hand", 1_000));
        List<Received> held = Scene.receive(consumer, 1_000);
        Scene.ack(consumer, held.subList(1, 1_000));
        assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
        trimTwice(driver);
        assertThat(length("scene.in-hand")).isEqualTo(1_000);
        Scene.ack(consumer, held.subList(0, 1));
        eventuallyShort("scene.in-hand");
      }
    }
  }

  @Test
  void theRetentionOfATopicKeepsItsHistory() throws Exception {
    try (Scene scene = new Scene(ACCESS)) {
      Driver driver = scene.driver(Map.of());
      Duration day = Duration.ofDays(1);
      driver
          .topology()
          .declare(
              new TopicSpec("kept", OptionalInt.empty(), OptionalInt.empty(), Optional.of(day)));
      Group group = Scene.declared(driver, "kept", Order.NONE, "kept");
      Scene.publish(Scene.producer(driver), Scene.messages("kept", 1_000));
      try (Consumer consumer = Scene.consumer(driver, group, 100)) {
        Scene.drain(consumer, 1_000);
        assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      }
      trimTwice(driver);
      assertThat(length("scene.kept")).isEqualTo(1_000);
    }
  }

  /** Another stream, which is trimmed in the same rounds, has become short meanwhile. */
  private static void trimTwice(Driver driver) {
    for (int i = 0; i < 2; i++) {
      String topic = "pace-" + i;
      Group pace = Scene.declared(driver, topic, Order.NONE, topic);
      Scene.publish(Scene.producer(driver), Scene.messages(topic, 1_000));
      try (Consumer consumer = Scene.consumer(driver, pace, 100)) {
        Scene.drain(consumer, 1_000);
        assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      }
      eventuallyShort("scene." + topic);
    }
  }

  private static void eventuallyShort(String stream) {
    Eventually.within(Scene.PATIENCE)
        .asserts(
            stream + " is trimmed", () -> assertThat(length(stream)).isLessThanOrEqualTo(REST));
  }

  private static long length(String stream) {
    return Long.parseLong(BROKER.redisCli("XLEN", stream).trim());
  }
}
