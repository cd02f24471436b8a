package io.postbus.spi;

import io.postbus.message.Destination;

/**
 * A stable 64-bit hash: FNV-1a over the text's chars, finished by a mix that spreads the low bits.
 */
final class Hash64 {
  private static final long OFFSET = 0xCBF29CE484222325L;
  private static final long PRIME = 0x100000001B3L;

  private Hash64() {}

  static long of(String text) {
    return mix(add(OFFSET, text));
  }

  static long of(String messageId, Destination to, int attempt) {
    long h = add(OFFSET, messageId);
    h = (h ^ (to instanceof Destination.ToTopic ? 't' : 'g')) * PRIME;
    h = add(h, to.name());
    return mix((h ^ attempt) * PRIME);
  }

  private static long add(long seed, String text) {
    long h = seed;
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * PRIME;
    }
    return h;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
    long b = (a ^ (a >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return b ^ (b >>> 33);
  }
}
