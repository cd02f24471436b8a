package io.postbus.driver.rabbitmq;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message's time as AMQP's own properties tell it. The timestamp has whole seconds; the
 * milliseconds are those of the message's id if that is a UUID of version 7 (RFC 9562) and was made
 * in the same second, as it was if message and id were made together.
 */
final class MessageTime {
  private static final int UUID = 36;
  private static final int VERSION = 14;

  /** The 48 bits of milliseconds are 12 digits around the first hyphen. */
  private static final int DIGITS_END = 13;

  private static final int HYPHEN = 8;

  private MessageTime() {}

  static Instant of(Instant timestamp, @Nullable String id) {
    long told = timestamp.toEpochMilli();
    long made = id == null ? -1 : millis(id);
    return Instant.ofEpochMilli(
        made >= 0 && Math.floorDiv(made, 1000) == Math.floorDiv(told, 1000) ? made : told);
  }

  /** Whether {@link #of} finds this time in these properties once the broker has carried them. */
  static boolean isTold(Instant time, String id) {
    Instant carried = Instant.ofEpochSecond(time.getEpochSecond());
    return of(carried, id).equals(time);
  }

  /** When the id was made, or -1 where it does not say. */
  private static long millis(String id) {
    if (id.length() != UUID || id.charAt(VERSION) != '7' || id.charAt(HYPHEN) != '-') {
      return -1;
    }
    long millis = 0;
    for (int i = 0; i < DIGITS_END; i++) {
      int digit = i == HYPHEN ? 0 : Character.digit(id.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      millis = i == HYPHEN ? millis : millis << 4 | digit;
    }
    return millis;
  }
}
