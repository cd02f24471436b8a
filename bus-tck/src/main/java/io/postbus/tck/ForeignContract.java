package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.spi.Received;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Programs that know nothing of Postbus write and read on the same topics. */
abstract class ForeignContract extends DriverScene {
  ForeignContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aMessageWithoutOurHeadersIsDelivered() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    byte[] body = {0, 1, (byte) 0xFF, 'x'};
    publish(topic, body, Map.of());
    publish(topic, body, Map.of());
    List<Received> got = member.receive(2);
    for (Received delivery : got) {
      Message m = delivery.message();
      assertThat(m.topic()).isEqualTo(topic);
      assertThat(m.type()).isEqualTo(CloudEvents.UNKNOWN_TYPE);
      assertThat(m.payload()).isEqualTo(body);
      assertThat(m.headers()).isEmpty();
      assertThat(m.id()).isNotEmpty();
      assertThat(m.time()).isNotNull();
      assertThat(new Object[] {m.key(), m.source(), m.subject(), m.expiry()}).containsOnlyNulls();
    }
    assertThat(Messages.idsOf(got)).doesNotHaveDuplicates();
    member.ack(got);
    member.leavesNothing();
  }

  @Test
  void headersOfEveryTypeAreRead() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    publish(
        topic,
        new byte[0],
        Map.of(
            "text",
            "größe 日本",
            "whole",
            42L,
            "number",
            1.5,
            "yes",
            true,
            "moment",
            Instant.parse("2026-01-01T00:00:00Z"),
            "bytes",
            Messages.bytes("plain"),
            "list",
            List.of("a", 1L, false),
            "map",
            Map.of("k", List.of("v"))));
    Message m = member.receive(1).get(0).message();
    assertThat(m.headers())
        .containsEntry("text", "größe 日本")
        .containsEntry("whole", "42")
        .containsEntry("number", "1.5")
        .containsEntry("yes", "true")
        .containsEntry("moment", "2026-01-01T00:00:00Z")
        .containsEntry("list", "[\"a\",1,false]")
        .containsEntry("map", "{\"k\":[\"v\"]}")
        .containsOnlyKeys("text", "whole", "number", "yes", "moment", "bytes", "list", "map");
  }

  @Test
  void standardAttributesAreRead() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    String prefix = fixture.client().attributePrefix();
    publish(
        topic,
        Messages.bytes("body"),
        Map.of(
            prefix + "specversion",
            "1.0",
            prefix + "id",
            "A-1",
            prefix + "source",
            "/shop",
            prefix + "type",
            "OrderPlaced",
            prefix + "subject",
            "7",
            prefix + "time",
            "2026-01-01T01:00:00+01:00",
            prefix + "partitionkey",
            "k",
            prefix + "expirytime",
            "2999-01-01T00:00:00Z",
            "plain",
            "header"));
    Message m = member.receive(1).get(0).message();
    Message expected =
        Message.builder(topic, "OrderPlaced")
            .id("A-1")
            .source("/shop")
            .subject("7")
            .time(Instant.parse("2026-01-01T00:00:00Z"))
            .key("k")
            .expiry(Instant.parse("2999-01-01T00:00:00Z"))
            .header("plain", "header")
            .contentType(m.contentType())
            .build();
    assertThat(m).isEqualTo(expected);
  }

  /** One message that nobody can read must not stop the group. */
  @Test
  void brokenAttributesHarmNobody() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    String prefix = fixture.client().attributePrefix();
    publish(topic, new byte[0], Map.of(prefix + "time", "yesterday", prefix + "id", ""));
    publish(topic, new byte[0], Map.of(prefix + "id", "x".repeat(1_000), prefix + "type", ""));
    publish(topic, new byte[0], Map.of(prefix + "expirytime", 5L, prefix + "subject", true));
    publish(topic, new byte[0], Map.of(prefix + "type", "with space * and #", "x".repeat(200), ""));
    publish(topic, new byte[0], Map.of(prefix + "id", List.of(1L), prefix + "time", Map.of()));
    List<Received> got = member.receive(5);
    assertThat(got).allMatch(d -> !d.message().id().isEmpty() && !d.message().type().isEmpty());
    assertThat(Messages.idsOf(got)).doesNotHaveDuplicates();
    member.ack(got);
    member.leavesNothing();
  }

  @Test
  void anotherProgramReadsStandardAttributesAndTheBareBody() throws Exception {
    Node node = node();
    String topic = name("topic");
    node.declare(group(topic));
    List<NativeMessage> read = new CopyOnWriteArrayList<>();
    AutoCloseable reading = fixture.client().read(fixture.namespace() + topic, read::add);
    Message sent =
        Message.builder(topic, "OrderPlaced")
            .key("k")
            .source("/shop")
            .subject("7")
            .expiry(Instant.parse("2999-01-01T00:00:00Z"))
            .contentType("application/json")
            .header("plain", "header")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .body(Messages.bytes("{\"a\":1}"))
            .build();
    node.publish(sent);
    eventually().until("the other program has read it", () -> read.size() == 1);
    reading.close();

    NativeMessage got = read.get(0);
    String prefix = fixture.client().attributePrefix();
    assertThat(got.body()).isEqualTo(sent.payload());
    CloudEvents.write(
        sent, (name, value) -> assertThat(got.headers()).containsEntry(prefix + name, value));
    assertThat(got.headers()).containsEntry("plain", "header");
    assertThat(
            got.contentType() != null
                ? got.contentType()
                : got.headers().get(prefix + CloudEvents.DATACONTENTTYPE))
        .isEqualTo("application/json");
  }

  private void publish(String topic, byte[] body, Map<String, Object> headers) {
    fixture.client().publish(fixture.namespace() + topic, body, headers);
  }
}
