package io.postbus.driver.kafka;

import java.util.Arrays;

/**
 * Which messages of a partition are finished: all below {@code low}, and beyond it those whose bit
 * is set. One thread.
 */
final class Track {
  private static final int FIRST_WORDS = 64;

  private long low;
  private long high;
  private long[] ring = new long[FIRST_WORDS];

  Track(long from) {
    this.low = from;
    this.high = from;
  }

  /** The first that is not finished. */
  long low() {
    return low;
  }

  /** Where the next one will be, as far as we know. */
  long high() {
    return high;
  }

  /** How far it is known beyond the oldest that is not finished. */
  long span() {
    return high - low;
  }

  boolean finished(long offset) {
    return offset < low || (offset < high && (ring[word(offset)] & bit(offset)) != 0);
  }

  /** Everything up to there is known now; what lies between is no message, or is given up. */
  void skipTo(long offset) {
    if (low == high && offset > high) {
      low = offset;
      high = offset;
      return;
    }
    while (high < offset) {
      see();
      ring[word(high - 1)] |= bit(high - 1);
    }
  }

  /** There is one at the offset, which is not below what is known. */
  void saw(long offset) {
    skipTo(offset);
    see();
  }

  private void see() {
    if (high - low >= (long) ring.length * Long.SIZE) {
      grow();
    }
    ring[word(high)] &= ~bit(high);
    high++;
  }

  private void grow() {
    long[] larger = new long[ring.length * 2];
    for (long o = low; o < high; o++) {
      if ((ring[word(o)] & bit(o)) != 0) {
        larger[(int) (o >>> 6) & (larger.length - 1)] |= bit(o);
      }
    }
    ring = larger;
  }

  /** The one at the offset, which is known, is finished. */
  void finish(long offset) {
    if (offset < low || offset >= high) {
      return;
    }
    ring[word(offset)] |= bit(offset);
    if (offset == low) {
      low = next(low, false);
    }
  }

  /** The first from there on that is finished or not, as asked; {@code high} if there is none. */
  long next(long from, boolean wanted) {
    long o = from;
    while (o < high) {
      long word = ring[word(o)] >>> (o & 63);
      int steps = Long.numberOfTrailingZeros(wanted ? word : ~word);
      int left = 64 - (int) (o & 63);
      if (steps < left) {
        return Math.min(high, o + steps);
      }
      o += left;
    }
    return high;
  }

  private int word(long offset) {
    return (int) (offset >>> 6) & (ring.length - 1);
  }

  private static long bit(long offset) {
    return 1L << (offset & 63);
  }

  @Override
  public String toString() {
    return "[" + low + ", " + high + ") " + Arrays.hashCode(ring);
  }
}
