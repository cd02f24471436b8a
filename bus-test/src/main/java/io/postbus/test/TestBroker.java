package io.postbus.test;

import io.postbus.spi.Backlog;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.PublishException;
import java.util.Set;
import java.util.function.Consumer;

/** The broker under a {@link TestBus}, to look at and to make fail. Thread-safe. */
public final class TestBroker {
  private final NamedBroker broker;
  private final Consumer<ConnectionState> awaiting;

  TestBroker(NamedBroker broker, Consumer<ConnectionState> awaiting) {
    this.broker = broker;
    this.awaiting = awaiting;
  }

  /** Ends it, as a crash would; what it has stays. Returns when the bus has noticed. */
  public void down() {
    broker.stop();
    awaiting.accept(ConnectionState.DOWN);
  }

  /** Starts it again. Returns when the bus has connected. */
  public void up() {
    broker.start();
    awaiting.accept(ConnectionState.CONNECTED);
  }

  /**
   * Has it take nothing from publishers, as one that is short of memory. Returns when the bus has
   * noticed.
   */
  public void block() {
    broker.broker().block();
    awaiting.accept(ConnectionState.BLOCKED);
  }

  /** Has it take messages again. Returns when the bus has noticed. */
  public void unblock() {
    broker.broker().unblock();
    awaiting.accept(ConnectionState.CONNECTED);
  }

  /** The next sends end like this; those with an unknown outcome do arrive. */
  public void failNext(int sends, PublishException.Outcome as) {
    broker.broker().failNext(sends, as);
  }

  /** What the group has before it. */
  public Backlog backlog(String group) {
    return broker.backlog(group);
  }

  /** The groups that exist on it. */
  public Set<String> groups() {
    return broker.groups();
  }
}
