package io.postbus.spi;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import java.time.Instant;

/**
 * The place of an entry in time: sort order, primary key and identity in 16 bytes. From the left:
 * due time in ms (48 bits), whether it is on its way (1), order among equals (15), a hash of
 * message id, destination and attempt (64). Its writer computes it, so a put may be repeated after
 * an unknown outcome without making a second entry. Compared as one unsigned number of 128 bits.
 */
public record Slot(long high, long low) implements Comparable<Slot> {
  private static final long NEVER_MS = 0xFFFF_FFFF_FFFFL;
  private static final long IN_FLIGHT = 0x8000;
  private static final int MAX_ORDER = 0x7FFF;

  /** Before every slot. */
  public static final Slot MIN = new Slot(0, 0);

  /** At or after every slot. */
  public static final Slot MAX = new Slot(-1, -1);

  /** The due time of what is never due. */
  public static final Instant NEVER = Instant.ofEpochMilli(NEVER_MS);

  /**
   * The slot of an entry.
   *
   * @param due cut to the millisecond, from 1970 to {@link #NEVER}
   * @param order 0 to 32767, sorts entries of one millisecond; 0 where it means nothing
   */
  public static Slot of(Instant due, int order, String messageId, Destination to, int attempt) {
    if (order < 0 || order > MAX_ORDER) {
      throw new IllegalArgumentException("The order " + order + " is not within 0 to " + MAX_ORDER);
    }
    return new Slot(millis(due) << 16 | order, Hash64.of(messageId, to, attempt));
  }

  /** The slot of the same entry waiting for another time. */
  public Slot at(Instant due) {
    return new Slot(millis(due) << 16 | order(), low);
  }

  /**
   * The slot of the same entry while it is being published: should its publisher die, it is due
   * again at that time. It can no longer be cancelled.
   */
  public Slot inFlight(Instant until) {
    return new Slot(millis(until) << 16 | IN_FLIGHT | order(), low);
  }

  /** Whether {@link #inFlight(Instant)} made it. */
  public boolean inFlight() {
    return (high & IN_FLIGHT) != 0;
  }

  /** The first possible slot at this time; as a bound for ranges. */
  public static Slot from(Instant due) {
    return new Slot(millis(due) << 16, 0);
  }

  public Instant due() {
    return Instant.ofEpochMilli(high >>> 16);
  }

  /** Milliseconds since 1970. */
  public long dueMillis() {
    return high >>> 16;
  }

  public int order() {
    return (int) (high & MAX_ORDER);
  }

  /** Whether its entry is never due: a dead letter. */
  public boolean never() {
    return dueMillis() == NEVER_MS;
  }

  /** Which of {@code shards} an entry belongs to for life: by its key, else its id. */
  public static int shard(Message m, int shards) {
    String by = m.key() == null ? m.id() : m.key();
    return (int) Long.remainderUnsigned(Hash64.of(by), shards);
  }

  @Override
  public int compareTo(Slot o) {
    int c = Long.compareUnsigned(high, o.high);
    return c != 0 ? c : Long.compareUnsigned(low, o.low);
  }

  /** 32 hexadecimal digits that sort as the slot does. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }

  /**
   * The slot of a text that {@link #toString()} made.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Slot parse(String text) {
    if (text.length() != 32) {
      throw new IllegalArgumentException("A slot has 32 hexadecimal digits, not \"" + text + "\"");
    }
    return new Slot(
        Long.parseUnsignedLong(text.substring(0, 16), 16),
        Long.parseUnsignedLong(text.substring(16), 16));
  }

  private static long millis(Instant due) {
    long ms = due.toEpochMilli();
    if (ms < 0 || ms > NEVER_MS) {
      throw new IllegalArgumentException("The due time " + due + " is out of range");
    }
    return ms;
  }
}
