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
  final ConsumerRecord<byte[], byte[]> record;
  private final boolean again;
  private volatile int state = HELD;
  private @Nullable Message message;

  /** Its neighbours among those that are out; itself if it is not among them. */
  Delivery before = this;

  Delivery after = this;

  @Nullable Delivery nextSettled;

  Delivery(Lot lot, ConsumerRecord<byte[], byte[]> record, boolean again) {
    this.lot = lot;
    this.record = record;
    this.again = again;
  }

  /** What the neighbours of a lot's first and last one are. */
  static Delivery ring(Lot lot) {
    return new Delivery(
        lot,
        new ConsumerRecord<>(
            lot.partition.topic(), lot.partition.partition(), 0, new byte[0], new byte[0]),
        false);
  }

  /** The same once more: another delivery, for whoever had this one is done with it. */
  Delivery anew() {
    return new Delivery(lot, record, true);
  }

  /** Makes the message; before the delivery goes out. */
  Message decode(MessageReader reader) {
    Message made = reader.read(record);
    message = made;
    return made;
  }

  /** How much memory it takes, about. */
  int size() {
    return Math.max(0, record.serializedValueSize()) + Math.max(0, record.serializedKeySize());
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
      throw new IllegalStateException("not handed out");
    }
    return m;
  }

  @Override
  public boolean redelivered() {
    return again;
  }
}
