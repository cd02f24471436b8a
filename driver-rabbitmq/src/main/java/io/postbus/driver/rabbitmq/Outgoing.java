package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.postbus.spi.BusException;
import io.postbus.spi.support.Window;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the broker, and the stage its sender waits for. It ends once: who gets
 * there first, the confirmation or the limit of time, completes the stage and frees the place in
 * the window. Thread-safe.
 */
final class Outgoing extends CompletableFuture<Void> {
  private static final AtomicIntegerFieldUpdater<Outgoing> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Outgoing.class, "state");
  private static final int WAITING = 0;
  private static final int WRITTEN = 1;
  private static final int ENDED = 2;

  final String exchange;
  final String routingKey;

  /** Whether the broker is to send it back if no queue takes it. */
  final boolean mandatory;

  final BasicProperties properties;
  final byte[] body;
  final PublishLane lane;

  /** By {@link System#nanoTime}. */
  final long deadline;

  private final Window window;
  private volatile int state = WAITING;

  /** What the broker said when it sent the message back; set before its confirmation comes. */
  private volatile @Nullable BusException returned;

  Outgoing(
      String exchange,
      String routingKey,
      boolean mandatory,
      BasicProperties properties,
      byte[] body,
      PublishLane lane,
      long deadline,
      Window window) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.mandatory = mandatory;
    this.properties = properties;
    this.body = body;
    this.lane = lane;
    this.deadline = deadline;
    this.window = window;
  }

  /** From now on the broker may have it. False if it has ended before. */
  boolean write() {
    return STATE.compareAndSet(this, WAITING, WRITTEN) || state == WRITTEN;
  }

  /** Whether the broker may have it. */
  boolean written() {
    return state == WRITTEN;
  }

  boolean ended() {
    return state == ENDED;
  }

  boolean overdue(long now) {
    return deadline - now < 0 && state != ENDED;
  }

  /** Whether a message that came back may be this one. */
  boolean is(@Nullable String id, String from, String key) {
    return exchange.equals(from)
        && routingKey.equals(key)
        && id != null
        && id.equals(properties.getMessageId());
  }

  /** It came back; null when it is written once more. */
  void returned(@Nullable BusException why) {
    returned = why;
  }

  boolean isReturned() {
    return returned != null;
  }

  /** The broker is done with it: it has it, or has sent it back. */
  void confirmed() {
    end(returned);
  }

  void failed(BusException why) {
    end(why);
  }

  private void end(@Nullable BusException why) {
    if (STATE.getAndSet(this, ENDED) == ENDED) {
      return;
    }
    if (why == null) {
      complete(null);
    } else {
      completeExceptionally(why);
    }
    window.leave(body.length);
  }
}
