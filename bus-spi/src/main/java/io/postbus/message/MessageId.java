package io.postbus.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes message ids: UUIDs of version 7 (RFC 9562), which sort by the millisecond of their making
 * and within one process by their order of making. Thread-safe.
 */
public final class MessageId {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
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
    byte[] out = new byte[LENGTH];
    long second = digits(high);
    long third = digits(low >>> 32);
    EIGHT_BYTES.set(out, 0, digits(high >>> 32));
    out[8] = '-';
    FOUR_BYTES.set(out, 9, (int) (second >>> 32));
    out[13] = '-';
    FOUR_BYTES.set(out, 14, (int) second);
    out[18] = '-';
    FOUR_BYTES.set(out, 19, (int) (third >>> 32));
    out[23] = '-';
    FOUR_BYTES.set(out, 24, (int) third);
    EIGHT_BYTES.set(out, 28, digits(low));
    return new String(out, ISO_8859_1);
  }

  /**
   * The lower 32 bits as eight digits of a byte each, the highest first. All at once: a message has
   * 32 of them, and one by one they took longer than the rest of the id.
   */
  private static long digits(long value) {
    long x = value & 0xFFFFFFFFL;
    x = (x | x << 16) & 0x0000FFFF0000FFFFL;
    x = (x | x << 8) & 0x00FF00FF00FF00FFL;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0FL;
    long letters = (x + 0x0606060606060606L) >>> 4 & 0x0101010101010101L;
    return x + 0x3030303030303030L + letters * ('a' - '0' - 10);
  }
}
