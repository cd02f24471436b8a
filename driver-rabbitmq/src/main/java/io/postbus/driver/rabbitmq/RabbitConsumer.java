package io.postbus.driver.rabbitmq;

import io.postbus.message.Message;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A member of a group: hands out what is held and takes settlements. Thread-safe. */
final class RabbitConsumer implements Consumer {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

  private final Group group;
  private final MessageReader reader;
  private final Held held;
  private final Keeper keeper;
  private final java.util.function.Consumer<RabbitConsumer> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  RabbitConsumer(
      Group group,
      MessageReader reader,
      Held held,
      Keeper keeper,
      java.util.function.Consumer<RabbitConsumer> onClose) {
    this.group = group;
    this.reader = reader;
    this.held = held;
    this.keeper = keeper;
    this.onClose = onClose;
  }

  @Override
  public List<Received> poll(int max, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (true) {
        List<Delivery> taken = held.take(max, deadline - System.nanoTime());
        if (closed.get()) {
          throw new ClosedException("The consumer of group " + group.name());
        }
        List<Received> wanted = decoded(taken);
        if (taken.isEmpty() || !wanted.isEmpty()) {
          return wanted;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Makes messages of them, and settles those that the group does not want. */
  private List<Received> decoded(List<Delivery> taken) {
    List<Received> wanted = new ArrayList<>(taken.size());
    for (Delivery d : taken) {
      Message m = d.decode(reader);
      if (!d.byTopic() || group.types().accepts(m.type())) {
        wanted.add(d);
      } else {
        settle(d, Settlement.ACK);
      }
    }
    return wanted;
  }

  @Override
  public boolean settle(Received received, Settlement how) {
    Delivery d = (Delivery) received;
    if (d.subscription.isLost() || !d.settle(how)) {
      return false;
    }
    if (how == Settlement.RELEASE && ordered()) {
      // It waits here, not at the broker, and at once: what is younger must not be polled before.
      held.release(d);
    } else {
      d.subscription.settled(d);
    }
    return true;
  }

  @Override
  public void maxInFlight(int n) {
    if (ordered()) {
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

  private boolean ordered() {
    return group.order() != Order.NONE;
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
