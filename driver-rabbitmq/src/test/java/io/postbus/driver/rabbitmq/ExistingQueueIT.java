package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.TopicSpec;
import io.postbus.testbrokers.RabbitBroker;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues and exchanges that somebody made before us, in another way. */
class ExistingQueueIT {
  private final Scene scene = new Scene(RabbitBroker.shared());

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private void existing(boolean durable, Map<String, Object> arguments) {
    scene.natively(c -> c.queueDeclare(queue(), durable, false, false, arguments));
  }

  private String queue() {
    return scene.namespace + "group";
  }

  private void isUsed(Driver driver, Order order) {
    var group = scene.declared(driver, order);
    var sent = Scene.messages(10);
    Scene.publish(Scene.producer(driver, Scene.PATIENCE), sent);
    var got = Scene.receive(scene.consumer(driver, group, 10), 10);
    assertThat(Scene.idsOf(got)).isEqualTo(Scene.ids(sent));
  }

  private void isRefused(Map<String, Object> settings, Order order, String... words) {
    Driver driver = scene.driver(settings);
    assertThatThrownBy(() -> scene.declared(driver, order))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(queue())
        .hasMessageContaining("declare: check")
        .hasMessageContainingAll(words);
  }

  @Test
  void aQueueOfNoStatedTypeIsClassic() {
    existing(true, Map.of());
    isUsed(scene.driver(), Order.NONE);
  }

  @Test
  void aQuorumQueueServesForAClassicOne() {
    existing(
        true,
        Map.of(
            "x-queue-type",
            "quorum",
            "x-dead-letter-exchange",
            "elsewhere",
            "x-overflow",
            "reject-publish"));
    isUsed(scene.driver(), Order.NONE);
  }

  @Test
  void aClassicQueueServesForAQuorumOne() {
    existing(true, Map.of("x-single-active-consumer", true, "x-max-priority", 5));
    isUsed(scene.driver(Map.of("queue-type", "quorum")), Order.KEY);
  }

  @Test
  void oneActiveConsumerIsMoreOrderThanAskedFor() {
    existing(true, Map.of("x-single-active-consumer", true));
    isUsed(scene.driver(), Order.NONE);
  }

  @Test
  void withoutASingleActiveConsumerThereIsNoOrder() {
    existing(true, Map.of());
    isRefused(Map.of(), Order.KEY, "x-single-active-consumer is not set", "no order");
  }

  @Test
  void aQueueThatForgetsIsRefused() {
    existing(false, Map.of());
    isRefused(Map.of(), Order.NONE, "durable is false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes"})
  void aQueueThatDropsIsRefused(String argument) {
    existing(true, Map.of(argument, 600_000));
    isRefused(Map.of(), Order.NONE, argument + " is 600000");
  }

  @Test
  void aLimitThatRejectsIsNoLoss() {
    existing(true, Map.of("x-max-length", 600_000, "x-overflow", "reject-publish"));
    isUsed(scene.driver(), Order.NONE);
  }

  @Test
  void aLowDeliveryLimitIsRefused() {
    existing(true, Map.of("x-queue-type", "quorum", "x-delivery-limit", 3));
    isRefused(Map.of("queue-type", "quorum"), Order.NONE, "x-delivery-limit is 3");
  }

  @Test
  void aQuorumQueueWithoutDeliveryLimitKeepsNoOrder() {
    existing(true, Map.of("x-queue-type", "quorum", "x-single-active-consumer", true));
    isRefused(Map.of("queue-type", "quorum"), Order.KEY, "x-delivery-limit is not set");
  }

  @Test
  void aStreamIsRefused() {
    existing(true, Map.of("x-queue-type", "stream"));
    isRefused(Map.of(), Order.NONE, "x-queue-type is stream");
  }

  @Test
  void checkedAQueueIsUsedAsItIs() {
    scene.natively(c -> c.exchangeDeclare(scene.namespace + "topic", "topic", true));
    existing(true, Map.of("x-message-ttl", 600_000));
    scene.natively(c -> c.queueBind(queue(), scene.namespace + "topic", "#"));
    isUsed(scene.driver(Map.of("declare", "check")), Order.NONE);
  }

  @Test
  void checkedAQueueMustBeThere() {
    Driver driver = scene.driver(Map.of("declare", "check"));
    assertThatThrownBy(() -> driver.topology().declare(TopicSpec.of("topic")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(scene.namespace + "topic", "declare: create");
    scene.natively(c -> c.exchangeDeclare(scene.namespace + "topic", "topic", true));
    assertThatThrownBy(() -> scene.declared(driver, Order.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(queue());
  }

  @Test
  void neverDeclaringTouchesNothing() {
    Driver driver = scene.driver(Map.of("declare", "never"));
    var group = scene.declared(driver, Order.NONE);
    assertThat(driver.topology().backlog(group).members()).isEmpty();
    assertThat(driver.topology().hasGroups("topic")).as("as it was told").isTrue();
  }

  @Test
  void anExchangeOfAnotherTypeIsRefused() {
    scene.natively(c -> c.exchangeDeclare(scene.namespace + "topic", "direct", true));
    Driver driver = scene.driver();
    assertThatThrownBy(() -> driver.topology().declare(TopicSpec.of("topic")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(scene.namespace + "topic", "type is direct", "declare: check");
  }

  @Test
  void aFanoutExchangeWillDo() {
    scene.natively(c -> c.exchangeDeclare(scene.namespace + "topic", "fanout", true));
    isUsed(scene.driver(), Order.NONE);
  }
}
