package io.postbus.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdTest {
  @Test
  void idsAreUuidsInTheOrderOfTheirMaking() {
    String last = "";
    for (int i = 0; i < 10_000; i++) {
      String id = MessageId.next();
      UUID uuid = UUID.fromString(id);
      assertThat(uuid).hasToString(id);
      assertThat(uuid.version()).isEqualTo(7);
      assertThat(uuid.variant()).isEqualTo(2);
      assertThat(id).isGreaterThan(last);
      last = id;
    }
  }

  @Test
  void anIdTellsWhenItWasMade() {
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
    Instant told = MessageId.time(MessageId.next());
    assertThat(told).isNotNull().isAfterOrEqualTo(before).isBefore(before.plusSeconds(60));
    assertThat(MessageId.time("018bcfe5-6800-7000-8000-000000000000"))
        .isEqualTo(Instant.parse("2023-11-14T22:13:20Z"));
  }

  @Test
  void itTellsNoOtherTime() {
    String id = "018bcfe5-6800-7000-8000-000000000000";
    Instant made = Instant.parse("2023-11-14T22:13:20Z");
    assertThat(MessageId.tells(id, made)).isTrue();
    assertThat(MessageId.tells(id, made.plusMillis(1))).isFalse();
    assertThat(MessageId.tells(id, made.plusNanos(1))).isFalse();
    assertThat(MessageId.tells("1", Instant.ofEpochMilli(-1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "018bcfe5-6800-4000-8000-000000000000",
        "018bcfe5-68x0-7000-8000-000000000000",
        "018bcfe5668004700048000-000000000000",
        "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx"
      })
  void othersTellNothing(String id) {
    assertThat(MessageId.time(id)).isNull();
  }
}
