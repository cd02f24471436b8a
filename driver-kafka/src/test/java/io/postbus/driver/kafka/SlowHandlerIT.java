package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A handler that takes much longer than Kafka lets a consumer be silent. Its time is that of {@code
 * POSTBUS_SLOW_HANDLER}, as in {@code PT2M}, or else three times the shortened limit.
 */
class SlowHandlerIT {
  private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(3);
  private static final Duration HANDLING =
      Duration.parse(
          System.getenv()
              .getOrDefault("POSTBUS_SLOW_HANDLER", MAX_POLL_INTERVAL.multipliedBy(3).toString()));

  @Test
  @Timeout(300)
  void leavesNoGroupRepeatsNothingAndHoldsUpNobody() throws Exception {
    try (Scene scene = new Scene()) {
      Map<String, Object> settings =
          Map.of(
              "session-timeout",
              "2s",
              "properties",
              Map.of("max.poll.interval.ms", Long.toString(MAX_POLL_INTERVAL.toMillis())));
      Driver first = scene.driver(settings);
      Driver second = scene.driver(settings);
      Group group = scene.declared(first, Order.NONE);
      List<Received> revoked = new CopyOnWriteArrayList<>();
      Consumer slow = Scene.consumer(first, group, 1, (gone, until) -> revoked.addAll(gone));
      Producer producer = Scene.producer(first);
      Scene.publish(producer, Scene.messages(1));
      Received held = Scene.receive(slow, 1).get(0);
      Consumer quick = Scene.consumer(second, group, 20);
      Eventually.within(Scene.PATIENCE)
          .until("both are there", () -> members(scene, group).size() == 2);
      List<String> members = members(scene, group);

      List<String> sent = new ArrayList<>();
      List<String> handled = new ArrayList<>();
      long end = System.nanoTime() + HANDLING.toNanos();
      while (System.nanoTime() - end < 0) {
        List<Message> some = Scene.messages(5);
        sent.addAll(Scene.ids(some));
        Scene.publish(producer, some);
        handle(quick, handled, Duration.ofMillis(100));
      }
      Eventually.within(Scene.PATIENCE)
          .asserts(
              "others go on",
              () -> {
                handle(quick, handled, Duration.ofMillis(100));
                assertThat(handled).containsAll(sent);
              });
      assertThat(handled).as("nothing twice").doesNotHaveDuplicates();
      assertThat(handled).doesNotContain(held.message().id());
      assertThat(revoked).as("taken from the slow one").isEmpty();
      assertThat(members(scene, group)).as("members").isEqualTo(members);
      assertThat(slow.settle(held, Settlement.ACK)).isTrue();
      assertThat(slow.flush(Scene.PATIENCE)).isTrue();
      assertThat(first.topology().backlog(group).ready()).isZero();
    }
  }

  private static void handle(Consumer consumer, List<String> handled, Duration wait) {
    for (Received d : consumer.poll(20, wait)) {
      handled.add(d.message().id());
      consumer.settle(d, Settlement.ACK);
    }
  }

  /** Who is in the group: one that left and came back has another id. */
  private static List<String> members(Scene scene, Group group) throws Exception {
    String id = scene.namespace + group.name();
    return scene
        .admin
        .describeConsumerGroups(List.of(id))
        .all()
        .get(10, TimeUnit.SECONDS)
        .values()
        .stream()
        .flatMap(g -> g.members().stream())
        .map(MemberDescription::consumerId)
        .sorted()
        .toList();
  }
}
