package io.postbus.driver.redisstream;

import io.postbus.message.Message;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of an entry, and its place among those of its member. It is held, then out with the
 * consumer, then settled or gone. Thread-safe but for the links, which belong to {@link Held} and
 * to the keeper.
 */
final class Delivery implements Received {
  static final int HELD = 0;
  static final int OUT = 1;
  static final int ACKED = 2;
  static final int RELEASED = 3;
  static final int GONE = 4;

  private static final AtomicIntegerFieldUpdater<Delivery> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Delivery.class, "state");

  final StreamName stream;
  final byte[] id;

  /** Under which it was asked for. */
  final long lease;

  private final List<?> fields;
  private final boolean again;
  private volatile int state = HELD;
  private @Nullable Message message;

  /** Its place in the order of arrival. */
  long number;

  @Nullable Delivery before;
  @Nullable Delivery after;
  @Nullable Delivery nextSettled;

  /**
   * @param fields names and values in turn
   * @param again whether it may have been delivered before
   */
  Delivery(StreamName stream, byte[] id, List<?> fields, boolean again, long lease) {
    this.lease = lease;
    this.stream = stream;
    this.id = id;
    this.fields = fields;
    this.again = again;
  }

  /** The same once more: another delivery, for whoever holds this one is done with it. */
  Delivery anew(long now) {
    Delivery d = new Delivery(stream, id, fields, true, now);
    d.number = number;
    return d;
  }

  /** Makes the message; before the delivery goes out. */
  void decode() {
    message = MessageReader.read(stream.topic(), id, fields);
  }

  int state() {
    return state;
  }

  boolean move(int from, int to) {
    return STATE.compareAndSet(this, from, to);
  }

  boolean settle(Settlement how) {
    return move(OUT, how == Settlement.ACK ? ACKED : RELEASED);
  }

  @Override
  public Message message() {
    Message made = message;
    if (made == null) {
      throw new IllegalStateException("Not handed out yet");
    }
    return made;
  }

  @Override
  public boolean redelivered() {
    return again;
  }

  @Override
  public String toString() {
    return "Delivery[" + stream.name() + " " + RedisNames.text(id) + " " + message + "]";
  }
}
