package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.impl.LongStringHelper;
import io.postbus.driver.rabbitmq.RabbitSettings.Attributes;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.TypeFilter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageReaderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Envelope ROUTED = new Envelope(1, false, "ns.topic", "Key");

  private static MessageReader reader(String... topics) {
    Group group = new Group("group", Set.of(topics), TypeFilter.all(), Order.NONE, NOW);
    return new MessageReader(new RabbitNames("ns."), group, InstantSource.fixed(NOW));
  }

  private static Message read(Envelope envelope, @Nullable Map<String, Object> headers) {
    BasicProperties properties = new BasicProperties.Builder().headers(headers).build();
    return reader("topic").read(envelope, properties, new byte[] {1});
  }

  private static Message read(@Nullable Map<String, Object> headers) {
    return read(ROUTED, headers);
  }

  @ParameterizedTest
  @EnumSource
  void whatWeWriteWeRead(Attributes attributes) {
    Message full =
        Message.builder("topic", "Type")
            .id("id")
            .time(NOW.plusMillis(5))
            .key("k")
            .source("s")
            .subject("about")
            .contentType("text/plain")
            .expiry(NOW.plusSeconds(60))
            .header("traceparent", "00-1-2-00")
            .header("own", "größe")
            .build();
    MessageWriter writer = new MessageWriter(attributes, Confirm.CONFIRMED);
    for (Message sent :
        List.of(
            full,
            Message.of("topic", "Type", new byte[0]),
            Message.of("topic", "Type", new byte[0]).time(NOW),
            Message.of("topic", "Type", new byte[0]).time(NOW.minusMillis(1)),
            Message.of("topic", "Type", new byte[0]).time(Instant.now().plusMillis(100)),
            full.id("ffffffff-ffff-7fff-bfff-ffffffffffff").source("s".repeat(300)),
            full.id("0000000g-0000-7000-8000-000000000000").time(NOW))) {
      for (Destination to : List.of(Destination.topic("topic"), Destination.group("group"))) {
        BasicProperties p = carried(writer.properties(to, sent));
        String exchange = to instanceof Destination.ToTopic ? "ns.topic" : "";
        Envelope e = new Envelope(1, false, exchange, exchange.isEmpty() ? "ns.group" : "Type");
        assertThat(reader("other", "topic").read(e, p, new byte[0])).isEqualTo(sent);
      }
    }
  }

  /** As the broker hands it on: it has no milliseconds. */
  private static BasicProperties carried(BasicProperties p) {
    if (p.getTimestamp() == null) {
      return p;
    }
    long seconds = p.getTimestamp().toInstant().getEpochSecond();
    return p.builder().timestamp(Date.from(Instant.ofEpochSecond(seconds))).build();
  }

  @Test
  void aCompactMessageHasNoHeadersForWhatAmqpTells() {
    Instant made = Instant.parse("2026-01-01T00:00:00.123Z");
    String id = String.format("%012x", made.toEpochMilli()).replaceFirst("(.{8})", "$1-");
    Message sent =
        Message.builder("topic", "Type")
            .id(id + "-7000-8000-000000000000")
            .time(made)
            .source("shop")
            .build();
    BasicProperties p =
        new MessageWriter(Attributes.COMPACT, Confirm.CONFIRMED)
            .properties(Destination.topic("topic"), sent);
    assertThat(p.getHeaders()).isNull();
    assertThat(p.getMessageId()).isEqualTo(sent.id());
    assertThat(p.getAppId()).isEqualTo("shop");
    assertThat(p.getTimestamp()).isNull();
  }

  @Test
  void aTimeThatTheIdDoesNotTellIsAPropertyAndAHeaderForWhatThatLacks() {
    MessageWriter writer = new MessageWriter(Attributes.COMPACT, Confirm.CONFIRMED);
    Destination to = Destination.topic("topic");
    Message sent = Message.of("topic", "Type", new byte[0]);
    Instant whole = Instant.parse("2026-01-01T00:00:01Z");
    BasicProperties p = writer.properties(to, sent.time(whole));
    assertThat(p.getTimestamp()).isEqualTo(Date.from(whole));
    assertThat(p.getHeaders()).isNull();

    p = writer.properties(to, sent.time(whole.plusMillis(5)));
    assertThat(p.getTimestamp()).isEqualTo(Date.from(whole.plusMillis(5)));
    assertThat(p.getHeaders()).containsEntry("cloudEvents_time", "2026-01-01T00:00:01.005Z");
  }

  @Test
  void whatTheBrokerMovedItselfKeepsItsTopicAndType() {
    Map<String, Object> first = Map.of("exchange", "ns.topic", "routing-keys", List.of("Key"));
    Map<String, Object> later = Map.of("exchange", "", "routing-keys", List.of("dlq.group"));
    Envelope straight = new Envelope(1, false, "", "dlq.again");
    Message m = read(straight, Map.of("x-death", List.of(later, first)));
    assertThat(m.topic()).isEqualTo("topic");
    assertThat(m.type()).isEqualTo("Key");
  }

  @Test
  void theWritersOwnPropertiesStandInForAttributes() {
    BasicProperties p =
        new BasicProperties.Builder()
            .messageId("m-1")
            .type("Kind")
            .timestamp(Date.from(NOW.minusSeconds(9)))
            .contentType("application/json")
            .build();
    Message m = reader("topic").read(ROUTED, p, new byte[0]);
    assertThat(m.id()).isEqualTo("m-1");
    assertThat(m.type()).isEqualTo("Kind");
    assertThat(m.time()).isEqualTo(NOW.minusSeconds(9));
    assertThat(m.contentType()).isEqualTo("application/json");
    assertThat(m.topic()).isEqualTo("topic");
  }

  @Test
  void attributesGoBeforeProperties() {
    for (String prefix : List.of("cloudEvents_", "cloudEvents:")) {
      BasicProperties p =
          new BasicProperties.Builder()
              .messageId("m-1")
              .type("Kind")
              .headers(Map.of(prefix + "id", "e-1", prefix + "type", "Event", prefix + "more", "x"))
              .build();
      Message m = reader("topic").read(ROUTED, p, new byte[0]);
      assertThat(m.id()).isEqualTo("e-1");
      assertThat(m.type()).isEqualTo("Event");
      assertThat(m.headers()).as("extensions stay").isEqualTo(Map.of(prefix + "more", "x"));
    }
  }

  @Test
  void withoutAnythingThereAreDefaults() {
    Message m = read(null);
    assertThat(m.type()).as("the routing key").isEqualTo("Key");
    assertThat(m.time()).isEqualTo(NOW);
    assertThat(m.id()).isNotEmpty();
    Envelope straight = new Envelope(1, false, "", "ns.group");
    assertThat(read(straight, null).type()).isEqualTo("unknown");
    assertThat(read(straight, null).topic()).as("the only one there is").isEqualTo("topic");
    BasicProperties none = new BasicProperties();
    assertThat(reader("a", "b").read(straight, none, new byte[0]).topic()).isEqualTo("group");
    Envelope foreign = new Envelope(1, false, "elsewhere", "Key");
    assertThat(read(foreign, null).topic()).isEqualTo("elsewhere");
  }

  @Test
  void headersOfEveryTypeAreText() {
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", LongStringHelper.asLongString("größe"));
    headers.put("byte", (byte) -1);
    headers.put("short", (short) 300);
    headers.put("int", 70_000);
    headers.put("long", 5_000_000_000L);
    headers.put("float", 0.1f);
    headers.put("double", 1e300);
    headers.put("decimal", new BigDecimal("12.50"));
    headers.put("yes", true);
    headers.put("moment", Date.from(NOW));
    headers.put("bytes", "plain".getBytes(StandardCharsets.UTF_8));
    headers.put("nothing", null);
    assertThat(read(headers).headers())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("text", "größe"),
                Map.entry("byte", "-1"),
                Map.entry("short", "300"),
                Map.entry("int", "70000"),
                Map.entry("long", "5000000000"),
                Map.entry("float", "0.1"),
                Map.entry("double", "1.0E300"),
                Map.entry("decimal", "12.50"),
                Map.entry("yes", "true"),
                Map.entry("moment", "2026-01-01T00:00:00Z"),
                Map.entry("bytes", "plain")));
  }

  @Test
  void structuresAreJson() {
    Map<String, Object> nested = new HashMap<>();
    nested.put("a", Arrays.asList(1, null, "q\"\\\n\u0001", Double.NaN, List.of(), Map.of()));
    assertThat(read(Map.of("x", nested)).header("x"))
        .isEqualTo("{\"a\":[1,null,\"q\\\"\\\\\\n\\u0001\",\"NaN\",[],{}]}");
  }

  @Test
  void whatIsBrokenHarmsNothing() {
    byte[] broken = {(byte) 0xC3, 0x28};
    Object deep = "bottom";
    for (int i = 0; i < 10_000; i++) {
      deep = List.of(deep);
    }
    Map<String, Object> headers = new HashMap<>();
    headers.put("bytes", broken);
    headers.put("text", LongStringHelper.asLongString(broken));
    headers.put("deep", deep);
    headers.put("", "no name");
    headers.put("n".repeat(300), "long name");
    headers.put("cloudEvents_id", deep);
    headers.put("cloudEvents_time", LongStringHelper.asLongString(broken));
    headers.put("cloudEvents_type", 5);
    headers.put("cloudEvents_expirytime", Map.of());
    Message m = read(headers);
    assertThat(m.header("bytes")).isEqualTo("wyg=");
    assertThat(m.header("text")).isNotNull();
    assertThat(m.header("deep")).startsWith("[[[").endsWith("]]]");
    assertThat(m.headers()).hasSize(3);
    assertThat(m.type()).isEqualTo("5");
    assertThat(m.time()).isEqualTo(NOW);
  }

  @Test
  void whatAQuorumQueueCountsIsNotTheMessages() {
    assertThat(read(Map.of("x-delivery-count", 3L, "x-death", List.of())).headers())
        .isEqualTo(Map.of("x-death", "[]"));
  }
}
