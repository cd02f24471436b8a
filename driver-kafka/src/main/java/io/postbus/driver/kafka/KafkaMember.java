package io.postbus.driver.kafka;

import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A member of a group: hands out what is held and takes settlements. Thread-safe. */
final class KafkaMember implements Consumer {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(4);

  private final Group group;
  private final Held held;
  private final Keeper keeper;
  private final java.util.function.Consumer<KafkaMember> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  KafkaMember(
      Group group, Held held, Keeper keeper, java.util.function.Consumer<KafkaMember> onClose) {
    this.group = group;
    this.held = held;
    this.keeper = keeper;
    this.onClose = onClose;
  }

  @Override
  public List<Received> poll(int max, Duration timeout) {
    try {
      List<Delivery> taken = held.take(max, timeout.toNanos());
      if (closed.get()) {
        throw new ClosedException("The consumer of group " + group.name());
      }
      if (!taken.isEmpty()) {
        keeper.took();
      }
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
    held.settled(d, how);
    if (how == Settlement.ACK) {
      keeper.settled(d);
    }
    return true;
  }

  @Override
  public void maxInFlight(int n) {
    if (group.order() != Order.NONE) {
      throw new UnsupportedCapabilityException(
          "The group %s has an order, so its members' maxInFlight is fixed"
              .formatted(group.name()));
    }
    if (n < 1) {
      throw new IllegalArgumentException("maxInFlight is " + n + ", must be at least 1");
    }
    held.limit(n);
    keeper.nudge();
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
