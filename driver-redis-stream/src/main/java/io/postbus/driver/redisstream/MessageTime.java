package io.postbus.driver.redisstream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time that a message's id tells: a UUID of version 7 (RFC 9562), as ours are, begins with the
 * milliseconds of its making.
 */
final class MessageTime {
  private static final int UUID = 36;
  private static final int FIRST_DASH = 8;
  private static final int SECOND_DASH = 13;
  private static final int VERSION = 14;

  private MessageTime() {}

  /** Null where the id tells none. */
  static @Nullable Instant of(String id) {
    long millis = millis(id);
    return millis < 0 ? null : Instant.ofEpochMilli(millis);
  }

  /** Whether the id tells just this time, which is to the millisecond. */
  static boolean isTold(Instant time, String id) {
    return time.toEpochMilli() == millis(id);
  }

  private static long millis(String id) {
    if (id.length() != UUID
        || id.charAt(FIRST_DASH) != '-'
        || id.charAt(SECOND_DASH) != '-'
        || id.charAt(VERSION) != '7') {
      return -1;
    }
    long millis = 0;
    for (int i = 0; i < SECOND_DASH; i++) {
      if (i != FIRST_DASH) {
        int digit = Character.digit(id.charAt(i), 16);
        if (digit < 0) {
          return -1;
        }
        millis = millis << 4 | digit;
      }
    }
    return millis;
  }
}
