package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts that come again and again, by their bytes, so that each is made once and knows its hash.
 * Bounded: of those that meet in one place the last is kept. Thread-safe.
 */
final class Spellings {
  private static final int PLACES = 256;

  /** Races are harmless: what is seen is whole, and what is missed is made again. */
  private final @Nullable Spelling[] places = new Spelling[PLACES];

  private static final class Spelling {
    final byte[] bytes;
    final String text;

    Spelling(byte[] bytes) {
      this.bytes = bytes;
      this.text = new String(bytes, UTF_8);
    }
  }

  /** The text of the first so many bytes, of which there is one at least. */
  String text(byte[] from, int length) {
    int place = (length * 31 + from[0] * 7 + from[length - 1]) & (PLACES - 1);
    Spelling known = places[place];
    if (known != null && Arrays.equals(known.bytes, 0, known.bytes.length, from, 0, length)) {
      return known.text;
    }
    Spelling made = new Spelling(Arrays.copyOf(from, length));
    places[place] = made;
    return made.text;
  }
}
