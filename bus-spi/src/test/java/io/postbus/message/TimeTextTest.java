package io.postbus.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  private static final Instant FIRST = Instant.parse("-0010-01-01T00:00:00Z");
  private static final long SECONDS = ChronoUnit.SECONDS.between(FIRST, Instant.MAX) / 100_000;

  @Test
  void writesAndReadsWhatTheJdkWouldDo() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      long second = FIRST.getEpochSecond() + (long) (random.nextDouble() * SECONDS);
      Instant moment = Instant.ofEpochSecond(second, nanos(random, i));
      String text = moment.toString();
      assertThat(TimeText.of(moment)).isEqualTo(text);
      assertThat(TimeText.parse(text)).isEqualTo(moment);
    }
  }

  private static long nanos(Random random, int i) {
    return switch (i % 4) {
      case 0 -> 0;
      case 1, 2 -> random.nextInt(1_000) * 1_000_000L;
      default -> random.nextInt(1_000_000_000);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-02-29T23:59:59.999Z",
        "2026-01-01T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-01-01T01:00:00.5Z",
        "2026-01-01t01:00:00z"
      })
  void readsOtherFormsAsTheJdkDoes(String text) {
    assertThat(TimeText.parse(text)).isEqualTo(Instant.parse(text.toUpperCase(Locale.ROOT)));
  }

  @Test
  void readsOffsets() {
    assertThat(TimeText.parse("2026-01-01T01:00:00+01:00"))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00.000Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00,123Z",
        "2026-01-01T00:00:0\u0661Z",
        "+1000000000-12-31T23:59:59Z",
        "-1000000000-01-01T00:00:00Z",
        "Z"
      })
  void malformedOnesAreNone(String text) {
    assertThat(TimeText.parse(text)).isNull();
  }
}
