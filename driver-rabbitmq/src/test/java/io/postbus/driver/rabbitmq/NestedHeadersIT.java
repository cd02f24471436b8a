package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.testbrokers.RabbitBroker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Headers that RabbitMQ's client ends the connection over. */
class NestedHeadersIT {
  private static final int[] DEPTHS = {1, 31, 32, 33, 34, 100, 400};

  private final Scene scene = new Scene(RabbitBroker.shared());

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void theMessageComesWithoutThemAndTheConnectionStays() {
    Driver driver = scene.driver();
    Consumer consumer = scene.consumer(driver, scene.declared(driver, Order.NONE), 100);
    scene.natively(
        c -> {
          for (int depth : DEPTHS) {
            c.basicPublish(scene.namespace + "topic", "Type", properties(depth), new byte[] {1});
          }
          return c.isOpen();
        });
    List<Received> got = Scene.receive(consumer, DEPTHS.length);
    for (int i = 0; i < DEPTHS.length; i++) {
      Message m = got.get(i).message();
      boolean read = DEPTHS[i] <= 32;
      assertThat(m.id()).isEqualTo("id-" + DEPTHS[i]);
      assertThat(m.headers()).containsEntry("a", "x".repeat(300)).containsEntry("z", "last");
      assertThat(m.headers().containsKey("maps")).as("maps %d deep", DEPTHS[i]).isEqualTo(read);
      assertThat(m.headers().containsKey("lists")).as("lists %d deep", DEPTHS[i]).isEqualTo(read);
      consumer.settle(got.get(i), Settlement.ACK);
    }
    assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
    // Until it was connected for the first time it may have said so.
    assertThat(scene.reports.subList(scene.reports.indexOf("CONNECTED "), scene.reports.size()))
        .noneMatch(report -> report.startsWith("DOWN"));
  }

  private static BasicProperties properties(int depth) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("a", "x".repeat(300));
    headers.put("maps", nested(depth, "k"));
    headers.put("lists", nested(depth, ""));
    headers.put("mixed", List.of(1L, (short) 2, true, 0.5, "s", Map.of("k", 3)));
    headers.put("z", "last");
    return new BasicProperties.Builder()
        .contentType("text/plain")
        .contentEncoding("identity")
        .headers(headers)
        .messageId("id-" + depth)
        .appId("foreign")
        .build();
  }

  private static Object nested(int depth, String key) {
    Object value = "core";
    for (int i = 0; i < depth; i++) {
      value = key.isEmpty() ? List.of(value) : Map.of(key, value);
    }
    return value;
  }
}
