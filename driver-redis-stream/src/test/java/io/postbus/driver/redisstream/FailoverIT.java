package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Received;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RedisBroker;
import io.postbus.testbrokers.RedisOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A master that dies under the eyes of a Sentinel, with a replica behind it. */
class FailoverIT {
  private static final Map<String, Object> REPLICATED =
      Map.of("wait", Map.of("replicas", 1, "timeout", "500ms"));

  @Test
  void whatAReplicaConfirmedOutlivesTheMaster() throws Exception {
    try (RedisBroker master = RedisBroker.open();
        RedisBroker replica = RedisBroker.open(replicaOf(master));
        RedisBroker sentinel = RedisBroker.open(RedisOptions.defaults().watching(master.uri()));
        Scene scene = new Scene(by(sentinel))) {
      Eventually.within(Scene.PATIENCE)
          .until(
              "the Sentinel knows the replica",
              () -> sentinel.redisCli("SENTINEL", "MASTER", "mymaster").contains("num-slaves\n1"));
      Driver safe = scene.driver("safe", REPLICATED);
      Driver plain = scene.driver("plain", Map.of());
      Group group = Scene.declared(plain, "group", Order.NONE, "before", "after");
      Consumer consumer = Scene.consumer(plain, group, 100);
      List<Message> before = Scene.messages("before", 500);
      Producer replicated = Scene.producer(safe);
      Eventually.within(Scene.PATIENCE)
          .until(
              "the replica follows", () -> master.redisCli("WAIT", "1", "100").trim().equals("1"));
      Scene.publish(replicated, before);

      Set<String> got = new HashSet<>(Scene.drain(consumer, 100));
      // From now on it knows how much was read so far, and is told no more of that.
      replica.redisCli("REPLICAOF", "NO", "ONE");
      replica.redisCli("REPLICAOF", "127.0.0.1", Integer.toString(master.endpoint().getPort()));
      Eventually.within(Scene.PATIENCE)
          .until(
              "the replica follows again",
              () -> replica.redisCli("INFO", "replication").contains("master_link_status:up"));
      got.addAll(Scene.drain(consumer, 100));
      assertThat(consumer.flush(Scene.PATIENCE)).isTrue();

      master.kill();
      List<Message> after = Scene.messages("after", 500);
      Scene.publish(Scene.producer(plain), after);
      Set<String> expected = new HashSet<>();
      before.forEach(m -> expected.add(m.id()));
      after.forEach(m -> expected.add(m.id()));
      Eventually.within(Scene.PATIENCE)
          .until(
              "all have come",
              () -> {
                List<Received> some = consumer.poll(100, Duration.ofMillis(100));
                Scene.ack(consumer, some);
                some.forEach(d -> got.add(d.message().id()));
                return got.containsAll(expected);
              });

      assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      assertThat(plain.topology().backlog(group).ready()).as("all were read").isZero();

      BusException alone = Scene.failure(replicated.send(Destination.topic("after"), after.get(0)));
      assertThat(alone)
          .isInstanceOfSatisfying(
              PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
          .hasMessageContaining("replicas");
      assertThat(replica.redisCli("ROLE")).startsWith("master");
    }
  }

  private static RedisOptions replicaOf(RedisBroker master) {
    return RedisOptions.defaults()
        .setting("replicaof", "127.0.0.1 " + master.endpoint().getPort())
        .setting("repl-diskless-sync-delay", "0");
  }

  private static Map<String, Object> by(RedisBroker sentinel) {
    return Map.of(
        "mode",
        "sentinel",
        "sentinel",
        Map.of("master", "mymaster"),
        "uris",
        sentinel.uri().toString(),
        "timeout",
        "2s",
        "claim-after",
        "2s",
        "trim-every",
        "never");
  }
}
