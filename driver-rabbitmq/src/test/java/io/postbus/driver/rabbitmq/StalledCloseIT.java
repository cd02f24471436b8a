package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A broker that stops to read while more is written than the network can hold. */
class StalledCloseIT {
  @Test
  void closingIsQuickAlthoughAWriterIsStuck() throws Exception {
    RabbitBroker broker = RabbitBroker.shared();
    try (TcpProxy proxy = TcpProxy.to(broker.endpoint());
        Scene scene = new Scene(broker)) {
      Driver driver =
          scene.driver(Map.of("uris", broker.uri(proxy.endpoint()).toString(), "heartbeat", "60s"));
      scene.consumer(driver, scene.declared(driver, Order.NONE), 10);
      Producer producer = Scene.producer(driver, Duration.ofSeconds(60));
      Scene.publish(producer, Scene.messages(1));
      proxy.stall();
      List<CompletionStage<Void>> stages = new ArrayList<>();
      byte[] body = new byte[1_000_000];
      for (int i = 0; i < 64; i++) {
        stages.add(producer.send(Destination.topic("topic"), Message.of("topic", "Large", body)));
      }
      long start = System.nanoTime();
      driver.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
      assertThat(stages).allMatch(s -> Scene.failure(s) != null);
    }
  }
}
