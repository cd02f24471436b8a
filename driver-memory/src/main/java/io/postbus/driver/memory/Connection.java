package io.postbus.driver.memory;

import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A driver's connection to a broker: whether it is up, who consumes by it, and what it declares
 * again when it comes back. Thread-safe; what changes it holds the broker's lock.
 */
final class Connection {
  /** How often members are looked at that may have held a delivery for too long. */
  private static final Duration HOLD_CHECK = Duration.ofMillis(20);

  final Broker broker;
  final DriverContext context;
  final MemorySettings settings;
  final Callbacks callbacks;
  private final Set<MemoryConsumer> consumers = new LinkedHashSet<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Set<String> topics = new LinkedHashSet<>();
  private final AtomicBoolean reporting = new AtomicBoolean();
  private volatile boolean up;
  private volatile boolean silent;
  private volatile boolean closed;

  Connection(Broker broker, MemorySettings settings, DriverContext context) {
    this.broker = broker;
    this.settings = settings;
    this.context = context;
    this.callbacks = new Callbacks(context.name());
    if (settings.maxHold().isPresent()) {
      callbacks.every(HOLD_CHECK, () -> broker.exclusively(this::expire));
    }
  }

  String link() {
    return settings.link();
  }

  /** The name on the broker. */
  String onBroker(String name) {
    String namespace = context.namespace();
    return namespace.isEmpty() ? name : namespace.concat(name);
  }

  boolean isUp() {
    return up;
  }

  /** Whether it is down without a sender's knowing. */
  boolean isSilent() {
    return silent;
  }

  boolean isClosed() {
    return closed;
  }

  /** What a caller is told once the driver is closed. */
  ClosedException closedException() {
    return new ClosedException("The driver " + context.name());
  }

  /** Waits until it is up, within the limit for calls. */
  void await(String what) {
    Deadline deadline = Deadline.after(context.callTimeout());
    for (; ; ) {
      long seen = broker.gate.seen();
      if (closed) {
        throw closedException();
      }
      if (up) {
        return;
      }
      if (deadline.over()) {
        throw unreachable(what, null);
      }
      try {
        broker.gate.await(seen, deadline.left());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreachable(what + ", interrupted", e);
      }
    }
  }

  /** Connected: from here on publishers pass and members are handed messages. */
  void up() {
    if (!closed && !up) {
      up = true;
      silent = false;
      consumers.forEach(MemoryConsumer::attach);
      callbacks.run(this::tell);
    }
  }

  /**
   * Not connected any more.
   *
   * @param how what broke it, if it is the link
   */
  void down(String reason, @Nullable Break how) {
    up = false;
    silent = how == Break.STALL;
    consumers.forEach(c -> c.detach(reason));
    callbacks.run(() -> context.state(ConnectionState.DOWN, reason));
  }

  void declareAgain() {
    topics.forEach(t -> broker.routes.topic(onBroker(t)));
    groups.values().forEach(this::declareNow);
  }

  void declare(TopicSpec topic) {
    broker.exclusively(
        () -> {
          topics.add(topic.name());
          broker.routes.topic(onBroker(topic.name()));
        });
  }

  void declare(Group group) {
    broker.exclusively(
        () -> {
          if (!declareNow(group)) {
            throw orderComesTooLate(group);
          }
          groups.put(group.name(), group);
        });
  }

  /** The group is what it is now, and wants no more of a topic than that. */
  void retire(Group before, Group now) {
    broker.exclusively(
        () -> {
          groups.replace(now.name(), now);
          for (String topic : before.topics()) {
            Set<String> patterns = new TreeSet<>(Topic.patterns(before.types()));
            if (now.topics().contains(topic)) {
              patterns.removeAll(Topic.patterns(now.types()));
            }
            broker.routes.retire(onBroker(before.name()), onBroker(topic), patterns);
          }
        });
  }

  void forget(Group group) {
    broker.exclusively(
        () -> {
          groups.remove(group.name());
          broker.remove(onBroker(group.name()));
        });
  }

  void join(MemoryConsumer consumer) {
    broker.exclusively(
        () -> {
          if (closed) {
            throw closedException();
          }
          consumers.add(consumer);
          if (up) {
            consumer.attach();
          }
        });
  }

  void leave(MemoryConsumer consumer) {
    broker.exclusively(
        () -> {
          consumers.remove(consumer);
          consumer.detach(null);
          broker.letIn(consumer.group());
        });
  }

  /** As {@link Broker#letIn}, its own members. */
  void attach(String group) {
    if (up) {
      consumers.stream().filter(c -> c.group().equals(group)).forEach(MemoryConsumer::attach);
    }
  }

  /** Idempotent; within 5 s. Whatever waits in this driver ends. */
  void close() {
    List<MemoryConsumer> left = new ArrayList<>();
    broker.exclusively(
        () -> {
          closed = true;
          up = false;
          left.addAll(consumers);
        });
    broker.gate.changed();
    left.forEach(MemoryConsumer::close);
    broker.leave(this);
    callbacks.close();
  }

  /** Publishers are held back or welcome again; what changes quickly is told once. */
  void pressed() {
    if (reporting.compareAndSet(false, true)) {
      callbacks.run(this::tell);
    }
  }

  private void tell() {
    reporting.set(false);
    String pressed = broker.pressure.reason();
    if (!up) {
      return; // told by down, with the reason
    }
    if (pressed == null) {
      context.state(ConnectionState.CONNECTED, "");
    } else {
      context.state(ConnectionState.BLOCKED, pressed);
    }
  }

  /** False, and nothing done, if it has members that know of no order. */
  private boolean declareNow(Group group) {
    GroupQueue queue = broker.routes.group(onBroker(group.name()));
    if (group.order() != Order.NONE && !queue.keepOrder()) {
      return false;
    }
    List<String> topics = group.topics().stream().map(this::onBroker).toList();
    broker.routes.bind(queue, topics, group.types());
    broker.letIn(queue.name);
    return true;
  }

  private void expire() {
    consumers.forEach(MemoryConsumer::expire);
  }

  private static ConfigurationException orderComesTooLate(Group group) {
    return new ConfigurationException(
        ("The group %s has members that consume without an order: stop them before it is given one,"
                + " or use another group")
            .formatted(group.name()),
        null);
  }

  private static ConnectionException unreachable(String what, @Nullable Throwable cause) {
    return new ConnectionException(
        "The memory broker is down: " + what + " waited for it in vain", cause);
  }
}
