package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
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

  @Test
  void headersThatAreNamedLikeFieldsComeBack() {
    Message.Builder b = Message.builder("topic", "T").body(bytes("payload"));
    for (String name :
        List.of("data", "ce_id", "postbus-topic", "postbus:header:data", "ce_own", "plain")) {
      b.header(name, "header " + name);
    }
    Message sent = b.build();

    Message read = MessageReader.read("topic", ID, fields(sent));

    assertThat(read).isEqualTo(sent);
    assertThat(read.payload()).isEqualTo(bytes("payload"));
  }

  private static List<byte[]> fields(Message m) {
    List<byte[]> all = new ArrayList<>();
    CommandArguments add = MessageWriter.toTopic(bytes("stream"), "topic", m);
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
