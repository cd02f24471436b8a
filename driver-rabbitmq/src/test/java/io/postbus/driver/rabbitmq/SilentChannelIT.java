package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.testbrokers.RabbitBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that ends channels without a word to their clients. */
class SilentChannelIT {
  /** Nothing is owed to the broker then, so nothing is said that it could answer by an error. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void whoHasNothingInHandNoticesByItself(int before) throws Exception {
    RabbitBroker broker = RabbitBroker.shared();
    try (Scene scene = new Scene(broker)) {
      Driver driver = scene.driver();
      Group group = scene.declared(driver, Order.NONE);
      Producer producer = Scene.producer(driver, Scene.PATIENCE);
      Consumer consumer = scene.consumer(driver, group, 10);
      Scene.publish(producer, Scene.messages(before));
      for (Received d : Scene.receive(consumer, before)) {
        assertThat(consumer.settle(d, Settlement.ACK)).isTrue();
      }
      assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      end(broker);
      Scene.publish(producer, Scene.messages(1));
      Scene.receive(consumer, 1);
    }
  }

  /** What it has in hand comes again: to settle it tells. */
  @Test
  void whoHasSomethingInHandNoticesWhenThatIsSettled() throws Exception {
    RabbitBroker broker = RabbitBroker.shared();
    try (Scene scene = new Scene(broker)) {
      Driver driver = scene.driver();
      Group group = scene.declared(driver, Order.NONE);
      Producer producer = Scene.producer(driver, Scene.PATIENCE);
      Consumer consumer = scene.consumer(driver, group, 10);
      Scene.publish(producer, Scene.messages(1));
      Received first = Scene.receive(consumer, 1).get(0);
      end(broker);
      consumer.settle(first, Settlement.ACK);
      Received again = Scene.receive(consumer, 1).get(0);
      assertThat(again.message().id()).isEqualTo(first.message().id());
      assertThat(again.redelivered()).isTrue();
    }
  }

  private static void end(RabbitBroker broker) {
    broker.rabbitmqctl("eval", "[rabbit_channel:shutdown(P) || P <- rabbit_channel:list_local()].");
  }
}
