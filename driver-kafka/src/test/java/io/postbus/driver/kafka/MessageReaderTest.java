package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.driver.kafka.KafkaSettings.Attributes;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final long WRITTEN = 1_700_000_000_123L;

  private final KafkaNames names = new KafkaNames("");
  private final MessageReader reader =
      new MessageReader(
          names, new Group("group", Set.of("topic"), TypeFilter.all(), Order.NONE, Instant.EPOCH));

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
            .header("content-type", "of the application")
            .build();
    Message odd = Message.received("topic", "two words").id("i d").time(bare.time()).build();
    for (Message sent : List.of(bare, full, bare.id("1 2"), full.contentType(null), odd)) {
      assertThat(reader.read(received(written(attributes, sent)))).isEqualTo(sent);
    }
  }

  @Test
  void aCompactMessageHasNoHeaderForWhatItsIdTells() {
    Message m = Message.of("topic", "T", new byte[0]).key("k");
    Message same = m.time(Objects.requireNonNull(MessageId.time(m.id())));

    assertThat(written(Attributes.PACKED, same).headers())
        .extracting(Header::key)
        .containsExactly("ce_");
    assertThat(written(Attributes.COMPACT, same).headers())
        .extracting(Header::key)
        .containsExactly("ce_id", "ce_type");
    assertThat(written(Attributes.FULL, same).headers()).hasSize(6);
  }

  @Test
  void typeAndIdMayHaveHeadersOfTheirOwn() {
    Headers headers = new RecordHeaders().add("ce_id", bytes("A-1")).add("ce_type", bytes("T"));
    Message read = reader.read(received(headers));

    assertThat(read.id()).isEqualTo("A-1");
    assertThat(read.type()).isEqualTo("T");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "T", "T ", " 1"})
  void whatIsNoTypeAndIdIsAHeaderOfTheApplication(String value) {
    Message read = reader.read(received(new RecordHeaders().add("ce_", bytes(value))));

    assertThat(read.id()).isEqualTo("topic-3-42");
    assertThat(read.type()).isEqualTo("unknown");
    assertThat(read.header("ce_")).isEqualTo(value);
  }

  @Test
  void typesOfOneSpellingAreOneText() {
    ProducerRecord<byte[], byte[]> r =
        written(Attributes.PACKED, Message.of("topic", "T", new byte[0]));
    assertThat(reader.read(received(r)).type()).isSameAs(reader.read(received(r)).type());
    for (String type : List.of("Tab", "Tba", "T\u00e4", "X", "T")) {
      Message m = Message.of("topic", type, new byte[0]);
      assertThat(reader.read(received(written(Attributes.PACKED, m))).type()).isEqualTo(type);
    }
  }

  @Test
  void whatHasNoAttributesIsNamedByItsPlace() {
    Message read = reader.read(received(new RecordHeaders().add("plain", bytes("x"))));

    assertThat(read.id()).isEqualTo("topic-3-42");
    assertThat(read.time()).isEqualTo(Instant.ofEpochMilli(WRITTEN));
    assertThat(read.type()).isEqualTo("unknown");
    assertThat(read.headers()).containsOnlyKeys("plain");
  }

  @Test
  void aForeignIdWithoutATimeTellsItIfItCan() {
    Headers headers =
        new RecordHeaders().add("ce_id", bytes("018bcfe5-6800-7000-8000-000000000000"));
    assertThat(reader.read(received(headers)).time()).isEqualTo("2023-11-14T22:13:20Z");

    Headers others = new RecordHeaders().add("ce_id", bytes("A-1"));
    assertThat(reader.read(received(others)).time()).isEqualTo(Instant.ofEpochMilli(WRITTEN));
  }

  @Test
  void bytesThatAreNoTextAreBase64() {
    Headers headers = new RecordHeaders().add("raw", new byte[] {(byte) 0xFF, 0});
    assertThat(reader.read(received(headers)).header("raw")).isEqualTo("/wA=");
  }

  private static ProducerRecord<byte[], byte[]> written(Attributes attributes, Message m) {
    return new MessageWriter(attributes).record("topic", null, m, true);
  }

  private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> r) {
    return received(r.key(), r.value(), r.headers());
  }

  private static ConsumerRecord<byte[], byte[]> received(Headers headers) {
    return received(null, bytes("payload"), headers);
  }

  private static ConsumerRecord<byte[], byte[]> received(
      byte @Nullable [] key, byte[] body, Headers headers) {
    return new ConsumerRecord<>(
        "topic",
        3,
        42,
        WRITTEN,
        TimestampType.CREATE_TIME,
        key == null ? -1 : key.length,
        body.length,
        key,
        body,
        headers,
        Optional.empty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
