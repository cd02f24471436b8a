package io.postbus.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Codec;
import io.postbus.DecodeException;
import io.postbus.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CodecsTest {
  private final Codecs codecs = new Codecs(List.of());

  @Test
  void bytesStayAsTheyAre() {
    byte[] payload = {0, 1, -1};
    Message m = Message.of("t", "T", payload);

    assertThat(codecs.encode(m)).isSameAs(m);
    assertThat(codecs.decode(m, byte[].class)).isSameAs(payload);
  }

  @Test
  void textIsUtf8AndSaysSo() {
    Message m = codecs.encode(Message.of("t", "T", "grün 中"));

    assertThat(m.payload()).isEqualTo("grün 中".getBytes(StandardCharsets.UTF_8));
    assertThat(m.contentType()).isEqualTo("text/plain; charset=utf-8");
    assertThat(codecs.decode(m, String.class)).isEqualTo("grün 中");
  }

  @Test
  void brokenUtf8IsAnErrorInsteadOfReplacementCharacters() {
    Message m = Message.of("t", "T", new byte[] {(byte) 0xC3, 0x28});

    assertThatThrownBy(() -> codecs.decode(m, String.class)).isInstanceOf(DecodeException.class);
  }

  @Test
  void anObjectTravelsAsJson() {
    Income income = new Income("u1", 100, Instant.parse("2026-01-02T03:04:05Z"));
    Message m = codecs.encode(Message.of("t", "T", income));

    assertThat(m.contentType()).isEqualTo("application/json");
    assertThat(new String(m.payload(), StandardCharsets.UTF_8))
        .isEqualTo("{\"uid\":\"u1\",\"amount\":100,\"at\":\"2026-01-02T03:04:05Z\"}");
    assertThat(codecs.decode(m, Income.class)).isEqualTo(income);
  }

  @Test
  void jsonWithMoreThanTheReaderKnowsIsRead() {
    Message m =
        Message.of(
                "t",
                "T",
                "{\"uid\":\"u\",\"amount\":1,\"new\":[]}".getBytes(StandardCharsets.UTF_8))
            .contentType("application/vnd.acme+json; charset=utf-8");

    assertThat(codecs.decode(m, Income.class).uid()).isEqualTo("u");
    assertThat(codecs.decode(m, Map.class).get("new")).isEqualTo(List.of());
  }

  @Test
  void anUndecodablePayloadNamesTheMessageAndIsNotRetryable() {
    Message m = Message.of("t", "T", new byte[] {'{'}).contentType("application/json");

    assertThatThrownBy(() -> codecs.decode(m, Income.class))
        .isInstanceOfSatisfying(
            DecodeException.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e).hasMessageContaining(m.id()).hasCauseInstanceOf(Exception.class);
            });
  }

  @Test
  void aContentTypeThatNobodyReadsSaysWhatToAdd() {
    Message m = Message.of("t", "T", new byte[0]).contentType("application/xml");

    assertThatThrownBy(() -> codecs.decode(m, Income.class))
        .hasMessageContaining("application/xml")
        .hasMessageContaining("BusBuilder.codec");
  }

  @Test
  void theApplicationsCodecIsAskedFirst() {
    Codecs own = new Codecs(List.of(new Upper()));
    Message m = own.encode(Message.of("t", "T", "abc"));

    assertThat(m.contentType()).isEqualTo("text/upper");
    assertThat(own.decode(m, String.class)).isEqualTo("abc");
  }

  @Test
  void aMessagesOwnContentTypeChoosesAmongTheCodecsThatTakeItsBody() {
    Codecs own = new Codecs(List.of(new Upper()));
    Message m = own.encode(Message.of("t", "T", "abc").contentType("application/json"));

    assertThat(new String(m.payload(), StandardCharsets.UTF_8)).isEqualTo("\"abc\"");
    assertThat(m.contentType()).isEqualTo("application/json");
  }

  record Income(String uid, int amount, @Nullable Instant at) {}

  private static final class Upper implements Codec {
    @Override
    public String contentType() {
      return "text/upper";
    }

    @Override
    public boolean encodes(Class<?> body) {
      return body == String.class;
    }

    @Override
    public boolean decodes(@Nullable String contentType, Class<?> body) {
      return "text/upper".equals(contentType);
    }

    @Override
    public byte[] encode(Object body) {
      return body.toString().toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <T> T decode(byte[] payload, Class<T> body) {
      return body.cast(
          new String(payload, StandardCharsets.UTF_8).toLowerCase(java.util.Locale.ROOT));
    }
  }
}
