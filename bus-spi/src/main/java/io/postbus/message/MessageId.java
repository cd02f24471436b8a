package io.postbus.message;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes message ids: UUIDs of version 7 (RFC 9562), which sort by the millisecond of their making
 * and within one process by their order of making. Thread-safe.
 */
public final class MessageId {
  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SEQUENCE_BITS = 12;

  /** Milliseconds and the 12 bits behind them in one number that only grows. */
  private static final AtomicLong LAST = new AtomicLong();

  /** Tells processes apart: fixed, so that an id costs no random bits of its own but the mix. */
  private static final long NODE = RANDOM.nextLong();

  private MessageId() {}

  /** A new id: 36 characters of lower-case hexadecimal and hyphens. */
  public static String next() {
    long now = System.currentTimeMillis() << SEQUENCE_BITS;
    long ticket = LAST.updateAndGet(last -> Math.max(last + 1, now));
    long millis = ticket >>> SEQUENCE_BITS;
    long high = millis << 16 | 0x7000L | (ticket & 0xFFF);
    long low = (mix(NODE + ticket) & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return text(high, low);
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
