package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RabbitOptions;
import io.postbus.testbrokers.TcpProxy;
import io.postbus.testbrokers.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that stops to read while more is written than the network can hold. */
class StalledCloseIT {
  @Test
  void closingIsQuickAlthoughAWriterIsStuck() throws Exception {
    RabbitBroker broker = RabbitBroker.shared();
    try (TcpProxy proxy = TcpProxy.to(broker.endpoint());
        Scene scene = new Scene(broker)) {
      closesInTime(scene, proxy, Map.of("uris", broker.uri(proxy.endpoint()).toString()));
    }
  }

  @Test
  void soItIsWithTls(@TempDir Path folder) throws Exception {
    TestCertificates certificates = TestCertificates.create();
    certificates.writeClient(folder);
    try (RabbitBroker broker = RabbitBroker.open(RabbitOptions.defaults().tls(certificates));
        TcpProxy proxy = TcpProxy.to(broker.tlsEndpoint());
        Scene scene = new Scene(broker)) {
      String uri = "amqps://guest:guest@127.0.0.1:" + proxy.endpoint().getPort();
      Map<String, Object> tls = Map.of("ca", folder.resolve("ca.pem").toString());
      closesInTime(scene, proxy, Map.of("uris", uri, "tls", tls));
    }
  }

  private static void closesInTime(Scene scene, TcpProxy proxy, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("heartbeat", "60s");
    Driver driver = scene.driver(all);
    Consumer consumer = scene.consumer(driver, scene.declared(driver, Order.NONE), 10);
    Producer producer = Scene.producer(driver, Duration.ofSeconds(60));
    Scene.publish(producer, Scene.messages(1));
    Scene.receive(consumer, 1);
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
