package io.postbus.runtime.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Settings;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ForeignMappingTest {
  private static final Map<String, String> PHP =
      Map.of(
          "type", "field:event",
          "id", "field:message_id",
          "time", "field:_happened_at",
          "data", "fields");

  @Test
  void readsTheFlatFieldsOfThePhpBus() {
    Message mapped =
        mapping(PHP)
            .apply(
                foreign("")
                    .header("event", "IncomeEarned")
                    .header("message_id", "m-1")
                    .header("_happened_at", "1700000000")
                    .header("_app", "live")
                    .header("uid", "7")
                    .header("amount", "100")
                    .build());

    assertThat(mapped.type()).isEqualTo("IncomeEarned");
    assertThat(mapped.id()).isEqualTo("m-1");
    assertThat(mapped.time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(mapped.contentType()).isEqualTo("application/json");
    assertThat(new String(mapped.payload(), UTF_8))
        .contains("\"uid\":\"7\"", "\"amount\":\"100\"")
        .doesNotContain("event", "_app");
    assertThat(mapped.headers()).containsOnly(Map.entry("_app", "live"));
  }

  @Test
  void keepsABareBodyBesideTheFields() {
    Message mapped =
        mapping(Map.of("type", "field:event"))
            .apply(foreign("bare").header("event", "E").header("other", "kept").build());

    assertThat(mapped.type()).isEqualTo("E");
    assertThat(mapped.payload()).isEqualTo("bare".getBytes(UTF_8));
    assertThat(mapped.header("other")).isEqualTo("kept");
  }

  @Test
  void opensTheEnvelopeOfTheGoBus() {
    String envelope = "{\"UniqueId\":\"u-9\",\"Data\":{\"uid\":7},\"Meta\":{\"Name\":\"Earned\"}}";

    Message mapped =
        mapping(Map.of("id", "json:UniqueId", "type", "json:Meta.Name", "data", "json:Data"))
            .apply(foreign(envelope).build());

    assertThat(mapped.id()).isEqualTo("u-9");
    assertThat(mapped.type()).isEqualTo("Earned");
    assertThat(new String(mapped.payload(), UTF_8)).isEqualTo("{\"uid\":7}");
  }

  @Test
  void takesTextAndBase64OutOfAnEnvelope() {
    Message text =
        mapping(Map.of("data", "json:Data")).apply(foreign("{\"Data\":\"plain\"}").build());
    Message bytes =
        mapping(Map.of("data", "json-base64:Data")).apply(foreign("{\"Data\":\"AAH/\"}").build());

    assertThat(new String(text.payload(), UTF_8)).isEqualTo("plain");
    assertThat(bytes.payload()).containsExactly(0, 1, -1);
  }

  @Test
  void leavesACloudEventAsItIs() {
    Message ours = Message.of("t", "Ours", "x".getBytes(UTF_8)).source("live").header("event", "E");

    assertThat(mapping(PHP).apply(ours)).isSameAs(ours);
  }

  @Test
  void saysWhatIsWrongWithTheShape() {
    ForeignMapping json = mapping(Map.of("data", "json:Data"));

    assertThatThrownBy(() -> json.apply(foreign("not json").build()))
        .isInstanceOf(ForeignException.class)
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> json.apply(foreign("{\"Other\":1}").build()))
        .hasMessageContaining("no value at Data");
    assertThatThrownBy(
            () -> mapping(PHP).apply(foreign("").header("_happened_at", "yesterday").build()))
        .hasMessageContaining("yesterday");
  }

  @Test
  void readsTimesOfEveryForm() {
    assertThat(ForeignTime.parse("2026-11-21T08:30:00Z")).isEqualTo("2026-11-21T08:30:00Z");
    assertThat(ForeignTime.parse("2026-11-21T08:30:00+08:00")).isEqualTo("2026-11-21T00:30:00Z");
    assertThat(ForeignTime.parse("2026-11-21 08:30:00")).isEqualTo("2026-11-21T08:30:00Z");
    assertThat(ForeignTime.parse("1700000000.25")).isEqualTo(Instant.ofEpochMilli(1700000000250L));
    assertThat(ForeignTime.parse("1700000000250")).isEqualTo(Instant.ofEpochMilli(1700000000250L));
  }

  @Test
  void reportsEveryWrongSource() {
    Settings root =
        Settings.of(
            Map.of("foreign", Map.of("t", Map.of("type", "event", "data", "all", "idd", "x"))));
    ForeignMapping.read(root);

    assertThatThrownBy(root::check)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("foreign.t.type is \"event\", must be field:NAME")
        .hasMessageContaining("foreign.t.data is \"all\", must be body, fields")
        .hasMessageContaining("foreign.t.idd is not a known key; did you mean id?");
  }

  private static ForeignMapping mapping(Map<String, String> settings) {
    Settings root = Settings.of(Map.of("foreign", Map.of("t", settings)));
    Map<String, ForeignMapping> all = ForeignMapping.read(root);
    root.check();
    return Objects.requireNonNull(all.get("t"));
  }

  private static Message.Builder foreign(String body) {
    return Message.received("t", "unknown").body(body.getBytes(UTF_8));
  }
}
