package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.driver.redisstream.RedisSettings.Attributes;
import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.args.Rawable;

/** Entries of any writer, and what is written of ours. */
class MessageReaderTest {
  private static final byte[] ID = bytes("1700000000250-7");

  @Test
  void anEntryOfFlatFieldsIsAMessageOfHeaders() {
    Message m =
        read("event", "IncomeEarned", "message_id", "m-1", "_app", "live", "uid", "7", "n", "");

    assertThat(m.type()).isEqualTo(CloudEvents.UNKNOWN_TYPE);
    assertThat(m.payload()).isEmpty();
    assertThat(m.headers())
        .containsEntry("event", "IncomeEarned")
        .containsEntry("message_id", "m-1")
        .containsEntry("_app", "live")
        .containsEntry("uid", "7")
        .containsEntry("n", "")
        .hasSize(5);
  }

  @Test
  void theEntrysIdGivesIdAndTime() {
    Message m = read("data", "x");

    assertThat(m.id()).isEqualTo("topic/1700000000250-7");
    assertThat(m.time()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_250L));
    assertThat(m.source()).isNull();
  }

  @Test
  void whatIsMalformedIsLeftOut() {
    Message m =
        read("ce_time", "yesterday", "ce_id", "", "ce_other", "kept", "x".repeat(256), "y", "odd");

    assertThat(m.time()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_250L));
    assertThat(m.headers()).containsOnlyKeys("ce_other");
  }

  @Test
  void bytesThatAreNoTextAreBase64() {
    List<byte[]> fields = List.of(bytes("raw"), new byte[] {(byte) 0xFF, 0});
    assertThat(MessageReader.read("topic", ID, fields).header("raw")).isEqualTo("/wA=");
  }

  @ParameterizedTest
  @EnumSource
  void whatWeWriteWeRead(Attributes attributes) {
    Message bare = Message.of("topic", "T", bytes("payload"));
    Message full =
        bare.toBuilder()
            .source("/shop")
            .subject("7")
            .key("k")
            .contentType("text/plain")
            .time(bare.time().minusSeconds(5))
            .expiry(Instant.ofEpochMilli(7))
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .build();
    for (Message sent : List.of(bare, full, bare.id("1"), bare.id("x".repeat(36)))) {
      assertThat(MessageReader.read("topic", ID, fields(sent, attributes))).isEqualTo(sent);
    }
  }

  @Test
  void aCompactMessageHasNoFieldForWhatItsIdTells() {
    Message m = Message.of("topic", "T", new byte[0]);
    Message same = m.time(Objects.requireNonNull(MessageId.time(m.id())));

    assertThat(fields(same, Attributes.PACKED).stream().map(RedisNames::text))
        .containsExactly("data:" + m.id() + ":T", "");
    assertThat(fields(same.id("1"), Attributes.PACKED).stream().map(RedisNames::text).toList())
        .contains("ce_id", "ce_type", "data");
    assertThat(fields(same, Attributes.COMPACT).stream().map(RedisNames::text))
        .contains("ce_id", "ce_type", "data")
        .hasSize(2 * 3);
    assertThat(fields(same, Attributes.FULL)).hasSize(2 * 6);
  }

  @Test
  void aPayloadsFieldThatTellsIdAndTypeIsRead() {
    Message m = read("data:01a1fc71-c18b-7000-b5a5-b27cc3b3d40b:shop:Paid", "x", "uid", "7");

    assertThat(m.id()).isEqualTo("01a1fc71-c18b-7000-b5a5-b27cc3b3d40b");
    assertThat(m.type()).isEqualTo("shop:Paid");
    assertThat(m.time()).isEqualTo(Instant.ofEpochMilli(0x01a1fc71c18bL));
    assertThat(m.payload()).isEqualTo(bytes("x"));
    assertThat(m.headers()).containsOnlyKeys("uid");
  }

  @Test
  void fieldsOfTheirOwnAreReadBesideThePayload() {
    Message m =
        read("ce_id", "01a1fc71-c18b-7000-b5a5-b27cc3b3d40b", "ce_type", "Paid", "data", "x");

    assertThat(m.id()).isEqualTo("01a1fc71-c18b-7000-b5a5-b27cc3b3d40b");
    assertThat(m.type()).isEqualTo("Paid");
    assertThat(m.time()).isEqualTo(Instant.ofEpochMilli(0x01a1fc71c18bL));
    assertThat(m.payload()).isEqualTo(bytes("x"));
  }

  @Test
  void aFieldThatOnlyBeginsLikeThePayloadsIsAHeader() {
    assertThat(read("data:uid:name", "x", "data:", "y", "data", "z").headers())
        .containsOnlyKeys("data:uid:name", "data:");
  }

  @ParameterizedTest
  @EnumSource
  void headersThatAreNamedLikeFieldsComeBack(Attributes attributes) {
    Message.Builder b = Message.builder("topic", "T").body(bytes("payload"));
    for (String name :
        List.of(
            "data",
            "data:01a1fc71-c18b-7000-b5a5-b27cc3b3d40b:T",
            "ce_id",
            "postbus-topic",
            "postbus:header:data",
            "ce_own",
            "plain")) {
      b.header(name, "header " + name);
    }
    Message sent = b.build();

    Message read = MessageReader.read("topic", ID, fields(sent, attributes));

    assertThat(read).isEqualTo(sent);
    assertThat(read.payload()).isEqualTo(bytes("payload"));
  }

  private static List<byte[]> fields(Message m, Attributes attributes) {
    List<byte[]> all = new ArrayList<>();
    CommandArguments add = new MessageWriter(attributes).toTopic(bytes("stream"), "topic", m);
    for (Rawable r : add) {
      all.add(r.getRaw());
    }
    return all.subList(3, all.size());
  }

  private static Message read(String... fields) {
    return MessageReader.read(
        "topic", ID, Arrays.stream(fields).map(MessageReaderTest::bytes).toList());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
