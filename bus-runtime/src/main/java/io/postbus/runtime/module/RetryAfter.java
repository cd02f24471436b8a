package io.postbus.runtime.module;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads the {@code Retry-After} header (RFC 9110, 10.2.3): seconds or a date. */
final class RetryAfter {
  private static final long LONGEST_SECONDS = Duration.ofDays(30).toSeconds();

  private RetryAfter() {}

  /** From now, at least zero, at most 30 days; empty where it is neither. */
  static Optional<Duration> parse(String text) {
    try {
      return Optional.of(bounded(Long.parseLong(text.strip())));
    } catch (NumberFormatException notSeconds) {
      return date(text.strip());
    }
  }

  private static Optional<Duration> date(String text) {
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(bounded(Duration.between(Instant.now(), at).toSeconds()));
    } catch (DateTimeException neither) {
      return Optional.empty();
    }
  }

  private static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_SECONDS)));
  }
}
