package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attributes and headers arrive as they were sent: the same, all, and no others. */
abstract class HeaderContract extends DriverScene {
  private static final String LONGEST_NAME = "n".repeat(255);

  HeaderContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aMessageWithNothingButItsNames() {
    arrivesEqual(Message.of(name("topic"), "Bare", new byte[0]));
  }

  @Test
  void everyAttribute() {
    arrivesEqual(
        Message.builder(name("topic"), "Full")
            .id("order 7/é")
            .key("größe-日本")
            .source("urn:postbus:shop")
            .subject("order 7")
            .contentType("application/json; charset=utf-8")
            .time(Instant.parse("2001-02-03T04:05:06.789Z"))
            .expiry(Instant.parse("2999-12-31T23:59:59.001Z"))
            .body(Messages.bytes("{}"))
            .build());
  }

  @Test
  void everyAttributeAlone() {
    String topic = name("topic");
    Message bare = Message.of(topic, "Part", new byte[0]);
    arriveEqual(
        List.of(
            bare.key("k").id("1"),
            bare.source("s").id("2"),
            bare.subject("s").id("3"),
            bare.contentType("text/plain").id("4"),
            bare.expiry(Instant.EPOCH.plusMillis(1)).id("5"),
            bare.time(Instant.EPOCH).id("6"),
            bare.time(Instant.parse("2026-01-01T00:00:00Z")).id("7")));
  }

  @Test
  void headersOfEveryType() {
    arrivesEqual(
        Message.builder(name("topic"), "Typed")
            .header("text", "größe 日本 \"\\\n")
            .header("empty", "")
            .header("whole", Long.MIN_VALUE)
            .header("number", 1.5e-300)
            .header("yes", true)
            .header("no", false)
            .header("moment", Instant.parse("2026-01-01T00:00:00.123456789Z"))
            .header("duration", Duration.ofMinutes(90))
            .header("bytes", new byte[] {0, 1, (byte) 0xFF})
            .header("long", "x".repeat(10_000))
            .build());
  }

  @Test
  void headersOfEveryName() {
    arrivesEqual(
        Message.builder(name("topic"), "Named")
            .header("größe-日本", "1")
            .header("with space", "2")
            .header("UPPER", "3")
            .header("upper", "4")
            .header(LONGEST_NAME, "5")
            .header("x-death", "6")
            .build());
  }

  /** The plain names of attributes are free for applications. */
  @Test
  void headersNamedLikeAttributes() {
    Message.Builder message = Message.builder(name("topic"), "Named").key("k").subject("s");
    for (String name :
        List.of(
            "id", "type", "source", "subject", "time", "key", "topic", "data", "content-type")) {
      message.header(name, "header " + name);
    }
    arrivesEqual(message.build());
  }

  @Test
  void traceContext() {
    arrivesEqual(
        Message.builder(name("topic"), "Traced")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .header("tracestate", "rojo=00f067aa0ba902b7")
            .build());
  }

  @Test
  void theRuntimesOwnHeaders() {
    arrivesEqual(
        Message.builder(name("topic"), "Reserved")
            .header("postbus-entry", "3/1767225600000/0/2")
            .header("postbus-attempt", 2)
            .build());
  }

  @Test
  void manyHeaders() {
    Message.Builder message = Message.builder(name("topic"), "Many");
    for (int i = 0; i < 200; i++) {
      message.header("header-" + i, "value " + i);
    }
    arrivesEqual(message.build());
  }

  /** Sent to a group, it still says which topic it is of. */
  @Test
  void whatIsSentToAGroupIsTheSame() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Message sent = Message.of(name("topic"), "Direct", new byte[0]).key("k").header("a", "b");
    node.publish(Destination.group(group.name()), sent);
    assertThat(node.join(group, 10).receive(1).get(0).message()).isEqualTo(sent);
  }

  @Test
  void whatIsDeliveredAgainIsTheSame() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    Message sent = Message.of(topic, "Again", Messages.bytes("body")).key("k").header("a", "b");
    node.publish(sent);
    member.release(member.receive(1));
    Message again = member.receive(1).get(0).message();
    assertThat(again).isEqualTo(sent);
    assertThat(again.payload()).isEqualTo(sent.payload());
  }

  private void arrivesEqual(Message sent) {
    arriveEqual(List.of(sent));
  }

  private void arriveEqual(List<Message> sent) {
    Node node = node();
    Member member = node.join(node.declare(group(sent.get(0).topic())), 20);
    node.publish(sent);
    List<Received> got = member.receive(sent.size());
    List<Message> messages = new ArrayList<>();
    got.forEach(d -> messages.add(d.message()));
    assertThat(messages).containsExactlyInAnyOrderElementsOf(sent);
    member.ack(got);
  }
}
