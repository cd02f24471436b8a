package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.postbus.message.Message;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of the broker's, and its place among those of its channel. It is held, then out with
 * the consumer, then settled or gone. Thread-safe but for the links, which belong to {@link Held}
 * and to the settling subscription.
 */
final class Delivery implements Received {
  static final int HELD = 0;
  static final int OUT = 1;
  static final int ACKED = 2;
  static final int RELEASED = 3;
  static final int GONE = 4;

  private static final AtomicIntegerFieldUpdater<Delivery> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Delivery.class, "state");

  final Subscription subscription;
  final long tag;
  private final Envelope envelope;
  private final BasicProperties properties;
  private final byte[] body;
  private final boolean released;
  private volatile int state = HELD;
  private @Nullable Message message;

  @Nullable Delivery before;
  @Nullable Delivery after;
  @Nullable Delivery nextSettled;

  Delivery(Subscription s, Envelope envelope, BasicProperties properties, byte[] body) {
    this(s, envelope, properties, body, false);
  }

  private Delivery(
      Subscription s, Envelope e, BasicProperties properties, byte[] body, boolean released) {
    this.subscription = s;
    this.tag = e.getDeliveryTag();
    this.envelope = e;
    this.properties = properties;
    this.body = body;
    this.released = released;
  }

  /** The same once more: another delivery, for whoever holds this one is done with it. */
  Delivery anew() {
    return new Delivery(subscription, envelope, properties, body, true);
  }

  /** Makes the message; before the delivery goes out. */
  Message decode(MessageReader reader) {
    Message made = reader.read(envelope, properties, body);
    message = made;
    return made;
  }

  /** Whether it came by a topic, not straight to the group. */
  boolean byTopic() {
    return !envelope.getExchange().isEmpty();
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
    return released || envelope.isRedeliver();
  }

  @Override
  public String toString() {
    return "Delivery[" + tag + " " + message + "]";
  }
}
