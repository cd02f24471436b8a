package io.postbus.runtime.dead;

import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.Start;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One walk through a group on a broker, from its oldest message on. What is not taken is given back
 * at the end. One thread.
 */
final class Scan implements AutoCloseable {
  /** How many are held at most, which is how far a walk gets that takes nothing. */
  static final int REACH = 1000;

  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** Once as many have come as there were: only what has arrived since is still to come. */
  private static final Duration BRIEFLY = Duration.ofMillis(20);

  private static final Duration FLUSH = Duration.ofSeconds(5);
  private static final ConsumerListener DEAF = (gone, until) -> {};

  private final Consumer consumer;
  private final Deque<Received> polled = new ArrayDeque<>();
  private final long expected;
  private long seen;
  private int held;

  /**
   * Joins the group.
   *
   * @param expected how many messages it has
   */
  Scan(Driver driver, Group group, long expected) {
    this.expected = expected;
    driver.topology().declare(group, Start.LATEST);
    this.consumer = driver.consumer(new ConsumerSpec(group, REACH, Start.LATEST), DEAF);
  }

  /** The next message, or null at the end or beyond reach. */
  @Nullable Received next() {
    if (polled.isEmpty() && held < REACH) {
      Duration wait = seen < expected ? PATIENCE : BRIEFLY;
      polled.addAll(consumer.poll(REACH - held, wait));
      held += polled.size();
      seen += polled.size();
    }
    return polled.poll();
  }

  /** Takes the message out of the group. */
  void take(Received r) {
    if (consumer.settle(r, Settlement.ACK)) {
      held--;
    }
  }

  @Override
  public void close() {
    consumer.flush(FLUSH);
    consumer.close();
  }
}
