package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.spi.Backlog;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the driver makes on the broker, and what it does when that is taken away. */
class TopologyIT {
  private final Scene scene = new Scene(RabbitBroker.shared());

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void aQuorumQueueGivesUpNothing() {
    Driver driver = scene.driver(Map.of("queue-type", "quorum"));
    scene.declared(driver, Order.KEY);
    Map<String, Object> arguments =
        Map.of(
            "x-queue-type",
            "quorum",
            "x-delivery-limit",
            1_000_000,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            scene.namespace + "dlq.group",
            "x-dead-letter-strategy",
            "at-least-once",
            "x-overflow",
            "reject-publish",
            "x-single-active-consumer",
            true);
    // The broker takes a declaration only if it is equal to the first.
    AMQP.Queue.DeclareOk same =
        scene.natively(
            c -> c.queueDeclare(scene.namespace + "group", true, false, false, arguments));
    assertThat(same.getQueue()).isEqualTo(scene.namespace + "group");
  }

  @Test
  void aTopicHasGroupsAsLongAsAQueueIsBound() {
    Driver driver = scene.driver();
    Group first = new Group("first", Set.of("topic"), all(), Order.NONE, since());
    Group second = new Group("second", Set.of("topic"), all(), Order.NONE, since());
    assertThat(driver.topology().hasGroups("topic")).isFalse();
    driver.topology().declare(first, Start.LATEST);
    driver.topology().declare(second, Start.LATEST);
    assertThat(driver.topology().hasGroups("topic")).isTrue();
    driver.topology().remove(first);
    assertThat(driver.topology().hasGroups("topic")).isTrue();
    scene.natively(c -> c.queueDelete(scene.namespace + "second"));
    assertThat(driver.topology().hasGroups("topic")).isFalse();
    driver.topology().declare(first, Start.LATEST);
    assertThat(driver.topology().hasGroups("topic")).isTrue();
  }

  @Test
  void theMarkerOfATopicSurvivesARestart() throws Exception {
    try (RabbitBroker own = RabbitBroker.open();
        Scene restarted = new Scene(own)) {
      Driver driver = restarted.driver();
      Group group = restarted.declared(driver, Order.NONE);
      driver.close();
      own.restart();
      try (Scene after = new Scene(own)) {
        String marker = restarted.namespace + "postbus.groups.topic";
        after.natively(c -> c.exchangeDeclarePassive(marker));
        after.natively(c -> c.queueDelete(restarted.namespace + group.name()));
        assertThatThrownBy(() -> after.natively(c -> c.exchangeDeclarePassive(marker)))
            .hasRootCauseInstanceOf(ShutdownSignalException.class);
      }
    }
  }

  @Test
  void aQueueThatIsDeletedIsMadeAgainAndConsumed() {
    Driver driver = scene.driver();
    Group group = scene.declared(driver, Order.KEY);
    List<Received> revoked = new CopyOnWriteArrayList<>();
    Consumer consumer = scene.consumer(driver, group, 10, (gone, until) -> revoked.addAll(gone));
    var before = Scene.messages(3);
    var producer = Scene.producer(driver, Scene.PATIENCE);
    Scene.publish(producer, before);
    List<Received> held = Scene.receive(consumer, 3);
    scene.natively(c -> c.queueDelete(scene.namespace + "group"));
    Eventually.within(Scene.PATIENCE)
        .asserts("revoked", () -> assertThat(revoked).containsExactlyInAnyOrderElementsOf(held));
    held.forEach(d -> assertThat(consumer.settle(d, Settlement.ACK)).isFalse());
    Eventually.within(Scene.PATIENCE)
        .until("a member again", () -> driver.topology().backlog(group).members().orElse(0) == 1);
    var after = Scene.messages(3);
    Scene.publish(producer, after);
    assertThat(Scene.idsOf(Scene.receive(consumer, 3))).isEqualTo(Scene.ids(after));
    isOrdered();
  }

  /** The queue is as it was: with a single active consumer. */
  private void isOrdered() {
    assertThatThrownBy(
            () ->
                scene.natively(
                    c -> c.queueDeclare(scene.namespace + "group", true, false, false, Map.of())))
        .hasStackTraceContaining("x-single-active-consumer");
  }

  @Test
  void aGroupThatWeRemoveStaysAway() {
    Driver driver = scene.driver();
    Group group = scene.declared(driver, Order.NONE);
    List<String> states = new CopyOnWriteArrayList<>();
    Consumer consumer = scene.consumer(driver, group, 10, new States(states));
    Eventually.within(Scene.PATIENCE).until("joined", () -> states.contains("CONNECTED "));
    driver.topology().remove(group);
    Eventually.within(Scene.PATIENCE)
        .until(
            "told that there is no queue",
            () -> states.stream().anyMatch(s -> s.contains("NOT_FOUND")));
    assertThat(driver.topology().backlog(group)).isEqualTo(Backlog.NONE);
    consumer.close();
  }

  @Test
  void namesAreLimitedWithTheirNamespace() {
    Scene long60 = scene.closing(new Scene(scene.broker, "n".repeat(60)));
    Driver driver = long60.driver();
    Group fits = new Group("g".repeat(150), Set.of("topic"), all(), Order.NONE, since());
    driver.topology().declare(fits, Start.LATEST);
    Group group = new Group("g".repeat(200), Set.of(), all(), Order.NONE, since());
    Group topic = new Group("group", Set.of("t".repeat(200)), all(), Order.NONE, since());
    for (Group tooLong : List.of(group, topic)) {
      assertThatThrownBy(() -> driver.topology().declare(tooLong, Start.LATEST))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContainingAll("255 bytes", "namespace");
    }
  }

  private static TypeFilter all() {
    return TypeFilter.all();
  }

  private static Instant since() {
    return Instant.now();
  }
}
