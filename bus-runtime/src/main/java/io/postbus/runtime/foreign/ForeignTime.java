package io.postbus.runtime.foreign;

import io.postbus.message.CloudEvents;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Reads moments as other programs write them. */
final class ForeignTime {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,16}(\\.\\d{1,9})?");

  /** From here on a number means milliseconds: as seconds it would be past the year 5000. */
  private static final BigDecimal MILLIS_FROM = BigDecimal.valueOf(100_000_000_000L);

  private ForeignTime() {}

  /**
   * The moment: RFC 3339, {@code 2026-11-21 08:30:00} in UTC, or seconds or milliseconds since
   * 1970.
   *
   * @throws ForeignException for anything else
   */
  static Instant parse(String text) {
    String s = text.trim();
    if (NUMBER.matcher(s).matches()) {
      BigDecimal n = new BigDecimal(s);
      BigDecimal millis = n.compareTo(MILLIS_FROM) < 0 ? n.movePointRight(3) : n;
      return Instant.ofEpochMilli(millis.longValue());
    }
    Instant rfc = CloudEvents.instant(s);
    if (rfc != null) {
      return rfc;
    }
    try {
      return LocalDateTime.parse(s.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new ForeignException(
          "The time \"%.40s\" is neither RFC 3339 nor a number of seconds".formatted(s), e);
    }
  }
}
