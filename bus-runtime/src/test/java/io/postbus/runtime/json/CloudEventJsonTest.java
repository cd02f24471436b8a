package io.postbus.runtime.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventJsonTest {
  private final Message.Builder defaults = Message.builder("t", "T");

  @ParameterizedTest
  @CsvSource({
    "application/json, '{\"a\":1.50,\"b\":[true,null]}'",
    "application/vnd.x+json; charset=utf-8, '\"text\"'",
    "text/plain, 'grüße'",
    ", 'no content type'",
    "application/json, 'broken {'",
    "text/plain, ''"
  })
  void readsWhatItWrote(String contentType, String payload) {
    Message m =
        Message.builder("live", "Earned")
            .body(payload.getBytes(UTF_8))
            .contentType(contentType)
            .key("k")
            .subject("s")
            .source("src")
            .time(Instant.parse("2026-11-21T08:30:00.123Z"))
            .expiry(Instant.parse("2026-11-22T08:30:00Z"))
            .header("X-Any", "ä")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .build();

    Message back = CloudEventJson.read(CloudEventJson.line(CloudEventJson.write(m)), defaults);

    assertThat(back).isEqualTo(m);
    assertThat(back.payload()).isEqualTo(m.payload());
  }

  @Test
  void writesBinaryAsBase64() {
    Message m = Message.of("t", "T", new byte[] {(byte) 0xFF, 0});

    String line = CloudEventJson.line(CloudEventJson.write(m));

    assertThat(line).contains("\"data_base64\":\"/wA=\"").doesNotContain("\n");
    assertThat(CloudEventJson.read(line, defaults).payload()).isEqualTo(m.payload());
  }

  @Test
  void hidesHeadersOfOurOwn() {
    Message m = Message.of("t", "T", new byte[0]).header("postbus-attempt", "3");

    assertThat(CloudEventJson.line(CloudEventJson.write(m))).doesNotContain("postbus-");
  }

  @Test
  void takesShortLinesOfPeople() {
    Message m =
        CloudEventJson.read("{\"type\":\"E\",\"data\":{\"a\":1},\"color\":\"red\"}", defaults);

    assertThat(m.topic()).isEqualTo("t");
    assertThat(m.type()).isEqualTo("E");
    assertThat(m.contentType()).isEqualTo("application/json");
    assertThat(new String(m.payload(), UTF_8)).isEqualTo("{\"a\":1}");
    assertThat(m.header("color")).isEqualTo("red");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]                       | not a JSON object",
        "{\"a\":                   | not JSON",
        "{} {}                     | not JSON",
        "{\"time\":\"yesterday\"}  | time is \"yesterday\"",
        "{\"type\":\"a b\"}        | type",
        "{\"data_base64\":\"%\"}   | not Base64"
      })
  void saysWhatIsWrong(String line, String complaint) {
    assertThatThrownBy(() -> CloudEventJson.read(line, defaults))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }
}
