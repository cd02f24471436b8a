package io.postbus.driver.redisstream;

import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A member of a group: hands out what is held and takes settlements. Thread-safe. */
final class RedisConsumer implements Consumer {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

  private final String group;
  private final boolean ordered;
  private final Room room;
  private final Held held;
  private final Keeper keeper;
  private final java.util.function.Consumer<RedisConsumer> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  RedisConsumer(
      Membership membership, Keeper keeper, java.util.function.Consumer<RedisConsumer> onClose) {
    this.group = membership.group();
    this.ordered = membership.ownership().isOrdered();
    this.room = membership.room();
    this.held = membership.held();
    this.keeper = keeper;
    this.onClose = onClose;
  }

  @Override
  public List<Received> poll(int max, Duration timeout) {
    try {
      List<Delivery> taken = held.take(max, timeout.toNanos());
      if (closed.get()) {
        throw new ClosedException("The consumer of group " + group);
      }
      taken.forEach(Delivery::decode);
      return Collections.unmodifiableList(taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public boolean settle(Received received, Settlement how) {
    Delivery d = (Delivery) received;
    if (closed.get() || !d.settle(how)) {
      return false;
    }
    if (how == Settlement.RELEASE && ordered) {
      // It waits here, not at the server, and at once: what is younger must not be polled before.
      held.release(d);
    } else {
      held.settled();
      keeper.settled(d);
    }
    return true;
  }

  @Override
  public void maxInFlight(int n) {
    if (ordered) {
      throw new UnsupportedCapabilityException(
          "The group %s has an order, so its members' maxInFlight is fixed".formatted(group));
    }
    if (n < 1) {
      throw new IllegalArgumentException("maxInFlight is " + n + ", must be at least 1");
    }
    room.limit(n);
  }

  @Override
  public boolean flush(Duration limit) {
    return keeper.flush(limit);
  }

  @Override
  public void wakeup() {
    held.wakeup();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      held.close();
      keeper.close(CLOSE_WAIT);
      onClose.accept(this);
    }
  }
}
