package io.postbus.message;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes message ids: UUIDs of version 7 (RFC 9562), which sort by the millisecond of their making
 * and within one process by their order of making. Thread-safe.
 */
public final class MessageId {
  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SEQUENCE_BITS = 12;
  private static final int LENGTH = 36;
  private static final int FIRST_HYPHEN = 8;
  private static final int SECOND_HYPHEN = 13;
  private static final int VERSION = 14;

  /** Milliseconds and the 12 bits behind them in one number that only grows. */
  private static final AtomicLong LAST = new AtomicLong();

  /** Tells processes apart: fixed, so that an id costs no random bits of its own but the mix. */
  private static final long NODE = RANDOM.nextLong();

  private MessageId() {}

  /** A new id: 36 characters of lower-case hexadecimal and hyphens. */
  public static String next() {
    return next(System.currentTimeMillis());
  }

  /** The same, for whoever has just looked at the clock. */
  static String next(long nowMillis) {
    long now = nowMillis << SEQUENCE_BITS;
    long ticket = LAST.updateAndGet(last -> Math.max(last + 1, now));
    long millis = ticket >>> SEQUENCE_BITS;
    long high = millis << 16 | 0x7000L | (ticket & 0xFFF);
    long low = (mix(NODE + ticket) & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return text(high, low);
  }

  /**
   * The moment that the id tells: a UUID of version 7 begins with the milliseconds of its making.
   *
   * @return null where the id is none
   */
  public static @Nullable Instant time(String id) {
    long millis = millis(id);
    return millis < 0 ? null : Instant.ofEpochMilli(millis);
  }

  /** Whether {@link #time} of the id is just this. */
  public static boolean tells(String id, Instant time) {
    long millis = millis(id);
    return millis >= 0 && Instant.ofEpochMilli(millis).equals(time);
  }

  private static long millis(String id) {
    if (id.length() != LENGTH
        || id.charAt(FIRST_HYPHEN) != '-'
        || id.charAt(SECOND_HYPHEN) != '-'
        || id.charAt(VERSION) != '7') {
      return -1;
    }
    long millis = 0;
    for (int i = 0; i < SECOND_HYPHEN; i++) {
      if (i != FIRST_HYPHEN) {
        int digit = Character.digit(id.charAt(i), 16);
        if (digit < 0) {
          return -1;
        }
        millis = millis << 4 | digit;
      }
    }
    return millis;
  }

  /** SplitMix64's finaliser: a bijection, so two tickets of one process never collide. */
  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  private static String text(long high, long low) {
    char[] out = new char[36];
    hex(out, 0, high >>> 32, 8);
    out[8] = '-';
    hex(out, 9, high >>> 16, 4);
    out[13] = '-';
    hex(out, 14, high, 4);
    out[18] = '-';
    hex(out, 19, low >>> 48, 4);
    out[23] = '-';
    hex(out, 24, low, 12);
    return new String(out);
  }

  private static void hex(char[] out, int at, long value, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      out[at + i] = HEX[(int) (value >>> (4 * (digits - 1 - i))) & 0xF];
    }
  }
}
