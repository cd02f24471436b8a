package io.postbus.driver.memory;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.PublishException.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A broker in this JVM: its routes, who is connected, and the faults that tests cause. Thread-safe:
 * one lock for all that is rare, taken before any queue's; publishing and consuming do without it.
 */
final class Broker {
  static final Named<Broker> ALL = new Named<>(Broker::new);

  private static final String FAULT = "fault";

  final String name;
  final Gate gate = new Gate();
  final Pressure pressure = new Pressure(this::changed);
  final Room room = new Room(pressure);
  final Routes routes = new Routes(room);
  final Hints hints = new Hints();
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final Map<String, Break> brokenLinks = new HashMap<>();
  private final Queue<Outcome> failures = new ConcurrentLinkedQueue<>();
  private boolean running = true;
  private volatile boolean blocked;

  private Broker(String name) {
    this.name = name;
  }

  /**
   * Lets a driver in.
   *
   * @throws ConfigurationException if another is there and has other limits
   */
  void connect(Connection connection) {
    exclusively(
        () -> {
          agree(connection.settings.limits());
          connections.add(connection);
          if (running && !brokenLinks.containsKey(connection.link())) {
            connection.up();
          } else {
            connection.down("The broker is not reached", brokenLinks.get(connection.link()));
          }
        });
  }

  void leave(Connection connection) {
    exclusively(() -> connections.remove(connection));
    hints.forget(connection);
  }

  /** Runs what changes connections, members or groups. */
  void exclusively(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** Lets in the members that wait for the group to be there, or to have its order. */
  void letIn(String group) {
    connections.forEach(c -> c.attach(group));
  }

  void remove(String group) {
    exclusively(
        () -> {
          GroupQueue queue = routes.remove(group);
          if (queue != null) {
            dissolve(queue);
          }
        });
  }

  boolean blocked() {
    return blocked;
  }

  /** How the next send is to fail, taken off the list; null for not at all. */
  @Nullable Outcome nextFailure() {
    return failures.isEmpty() ? null : failures.poll();
  }

  void failNext(int sends, Outcome as) {
    for (int i = 0; i < sends; i++) {
      failures.add(as);
    }
  }

  void block() {
    blocked = true;
    pressure.on(FAULT, "Publishers are blocked by a test");
  }

  void unblock() {
    blocked = false;
    pressure.off(FAULT);
  }

  void stop() {
    exclusively(
        () -> {
          running = false;
          connections.forEach(c -> c.down("The broker is stopped", null));
        });
  }

  void start() {
    exclusively(
        () -> {
          running = true;
          up(connections.stream().filter(c -> !brokenLinks.containsKey(c.link())).toList());
        });
  }

  void wipe() {
    stop();
    exclusively(
        () -> {
          routes.groups().forEach(this::remove);
          routes.clearTopics();
        });
  }

  /** Breaks the connections by this link; they are back at once, or when it is restored. */
  void breakLink(String link, Break how) {
    exclusively(
        () -> {
          List<Connection> cut = connections.stream().filter(c -> c.link().equals(link)).toList();
          cut.forEach(c -> c.down("The connection is broken by a test", how));
          if (how != Break.CUT) {
            brokenLinks.put(link, how);
          } else if (running && !brokenLinks.containsKey(link)) {
            up(cut);
          }
        });
  }

  void restoreLink(String link) {
    exclusively(
        () -> {
          if (brokenLinks.remove(link) != null && running) {
            up(connections.stream().filter(c -> c.link().equals(link)).toList());
          }
        });
  }

  /** All declare before one publishes. */
  private void up(List<Connection> back) {
    back.forEach(Connection::declareAgain);
    back.forEach(Connection::up);
    gate.changed();
  }

  private void agree(Limits wanted) {
    if (!connections.isEmpty() && !room.limits().equals(wanted)) {
      throw new ConfigurationException(
          "The memory broker %s is open with %s: open it with the same or choose another name"
              .formatted(name, room.limits()),
          null);
    }
    room.limits(wanted);
  }

  private void dissolve(GroupQueue queue) {
    for (Seat seat : queue.seats()) {
      seat.consumer.detach("The group " + queue.name + " is gone");
    }
    queue.dissolve();
  }

  private void changed() {
    gate.changed();
    connections.forEach(Connection::pressed);
  }
}
