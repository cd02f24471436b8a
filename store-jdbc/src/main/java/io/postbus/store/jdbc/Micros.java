package io.postbus.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the tables keep them: microseconds since 1970, the finest that every database has. */
final class Micros {
  /** In the year 5138: so much later is never. */
  private static final Instant NEVER = Instant.ofEpochSecond(100_000_000_000L);

  private Micros() {}

  static long of(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time.isAfter(NEVER) ? NEVER : time);
  }

  static long of(Duration span) {
    return of(Instant.EPOCH.plus(span));
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
