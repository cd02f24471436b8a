package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RabbitOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The broker closes the channel of a consumer that holds a delivery for too long. */
class AckTimeoutIT {
  @Test
  void aDeliveryHeldTooLongIsRevokedAndComesAgain() throws Exception {
    Duration timeout = Duration.ofSeconds(2);
    try (RabbitBroker broker = RabbitBroker.open(RabbitOptions.defaults().ackTimeout(timeout));
        Scene scene = new Scene(broker)) {
      Driver driver = scene.driver(Map.of("ack-timeout", "2s"));
      assertThat(driver.maxHold()).contains(timeout);
      Group group = scene.declared(driver, Order.KEY);
      Scene.publish(Scene.producer(driver, Scene.PATIENCE), Scene.messages(5));
      List<Received> revoked = new CopyOnWriteArrayList<>();
      Consumer consumer = scene.consumer(driver, group, 3, (gone, until) -> revoked.addAll(gone));
      List<Received> held = Scene.receive(consumer, 3);
      assertThat(consumer.settle(held.get(0), Settlement.ACK)).isTrue();
      assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      Eventually.within(Scene.PATIENCE)
          .asserts(
              "revoked", () -> assertThat(revoked).containsExactlyElementsOf(held.subList(1, 3)));
      assertThat(consumer.settle(held.get(1), Settlement.ACK)).as("too late").isFalse();
      List<Received> again = Scene.receive(consumer, 3);
      assertThat(Scene.idsOf(again).subList(0, 2)).isEqualTo(Scene.idsOf(held.subList(1, 3)));
      again.forEach(d -> assertThat(consumer.settle(d, Settlement.ACK)).isTrue());
      Scene.receive(consumer, 1);
    }
  }
}
