package io.postbus.driver.kafka;

import io.postbus.message.Message;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record of a partition of ours. It is held, then out with a handler, then settled or gone.
 * Thread-safe but for the links, which belong to {@link Held} and to the settling keeper.
 */
final class Delivery implements Received {
  static final int HELD = 0;
  static final int OUT = 1;
  static final int ACKED = 2;
  static final int RELEASED = 3;
  static final int GONE = 4;

  private static final AtomicIntegerFieldUpdater<Delivery> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Delivery.class, "state");

  final Lot lot;
  final long offset;

  /** How much memory it takes, about. */
  final int size;

  private final boolean again;
  private volatile int state = HELD;
  private final @Nullable Message message;

  /** Its neighbours among those that are out; itself if it is not among them. */
  Delivery before = this;

  Delivery after = this;

  @Nullable Delivery nextSettled;

  private Delivery(Lot lot, long offset, int size, @Nullable Message message, boolean again) {
    this.lot = lot;
    this.offset = offset;
    this.size = size;
    this.message = message;
    this.again = again;
  }

  /**
   * Made where the record has been made: its many small parts are not to go from processor to
   * processor, nor to live on while it waits.
   */
  static Delivery of(
      Lot lot, ConsumerRecord<byte[], byte[]> record, MessageReader reader, boolean again) {
    int size = Math.max(0, record.serializedValueSize()) + Math.max(0, record.serializedKeySize());
    return new Delivery(lot, record.offset(), size, reader.read(record), again);
  }

  /** What the neighbours of a lot's first and last one are. */
  static Delivery ring(Lot lot) {
    return new Delivery(lot, -1, 0, null, false);
  }

  /** The same once more: another delivery, for whoever had this one is done with it. */
  Delivery anew() {
    return new Delivery(lot, offset, size, message, true);
  }

  void handOut() {
    state = OUT;
  }

  /** False if it was settled before or is gone. */
  boolean settle(Settlement how) {
    return STATE.compareAndSet(this, OUT, how == Settlement.ACK ? ACKED : RELEASED);
  }

  /** It is no longer ours; false if it was settled before. */
  boolean lose() {
    return STATE.compareAndSet(this, OUT, GONE);
  }

  boolean isOut() {
    return state == OUT;
  }

  @Override
  public Message message() {
    Message m = message;
    if (m == null) {
      throw new IllegalStateException("the ring of " + lot.partition);
    }
    return m;
  }

  @Override
  public boolean redelivered() {
    return again;
  }
}
