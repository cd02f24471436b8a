package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.driver.redisstream.RedisSettings.Attributes;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.tck.NativeMessage;
import io.postbus.testbrokers.RedisBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.resps.StreamEntry;

/** Every form of an entry goes round through a server and comes to members set to any other. */
class AttributesIT {
  private static RedisBroker broker;

  @BeforeAll
  static void open() {
    broker = RedisBroker.open();
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource
  void aPlainMessageHasTheFieldsOfItsForm(Attributes written) throws Exception {
    String topic = topic("plain", written);
    Message m = plain(topic);

    goesRound(written, m);

    assertThat(fields(topic).keySet())
        .isEqualTo(
            switch (written) {
              case PACKED -> Set.of("data:" + m.id() + ":Paid");
              case COMPACT -> Set.of("ce_id", "ce_type", "data");
              case FULL ->
                  Set.of("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "data");
            });
  }

  @ParameterizedTest
  @EnumSource
  void attributesHeadersAndPayloadGoRound(Attributes written) throws Exception {
    String topic = topic("all", written);
    Message m =
        plain(topic).toBuilder()
            .type("shop:Paid")
            .source("/shop")
            .subject("7")
            .key("k 7")
            .contentType("application/json")
            .expiry(Instant.parse("2100-01-01T00:00:00Z"))
            .header("data", "of mine")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .build();

    goesRound(written, m);

    NativeMessage seen = NativeRedis.message(fields(topic));
    assertThat(seen.body()).isEqualTo(m.payload());
    assertThat(seen.headers())
        .containsEntry("ce_id", m.id())
        .containsEntry("ce_type", "shop:Paid")
        .containsEntry("ce_source", "/shop")
        .containsEntry("ce_partitionkey", "k 7");
  }

  private void goesRound(Attributes written, Message m) throws Exception {
    try (Scene scene = new Scene(Map.of("uris", List.of(broker.uri().toString())))) {
      Driver writes = scene.driver("writer", setting(written));
      for (Attributes own : Attributes.values()) {
        Driver reads = scene.driver("reader-" + own, setting(own));
        String group = m.topic() + "-" + own;
        Consumer consumer =
            scene.closing(
                Scene.consumer(reads, Scene.declared(reads, group, Order.NONE, m.topic()), 10));
        Scene.publish(scene.closing(Scene.producer(writes)), List.of(m));
        List<Received> got = Scene.receive(consumer, 1);
        assertThat(got.get(0).message()).isEqualTo(m);
        Scene.ack(consumer, got);
      }
    }
  }

  private static Map<String, Object> setting(Attributes attributes) {
    // What is not trimmed can be looked at.
    return Map.of("attributes", attributes.name().toLowerCase(Locale.ROOT), "trim-every", "never");
  }

  private static String topic(String what, Attributes written) {
    return what + "-" + written.name().toLowerCase(Locale.ROOT);
  }

  /** Made in the millisecond that its id tells. */
  private static Message plain(String topic) {
    Message m = Message.of(topic, "Paid", "{\"order\":7}".getBytes(StandardCharsets.UTF_8));
    return m.time(Objects.requireNonNull(MessageId.time(m.id())));
  }

  private static Map<String, String> fields(String topic) {
    try (Jedis jedis = new Jedis(broker.uri())) {
      List<StreamEntry> all = jedis.xrange("scene." + topic, "-", "+");
      return all.get(0).getFields();
    }
  }
}
