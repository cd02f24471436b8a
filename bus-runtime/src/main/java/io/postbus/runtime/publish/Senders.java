package io.postbus.runtime.publish;

import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.connect.Connections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A sender for each connection, made when it is first needed. Thread-safe. */
public final class Senders {
  private final Connections connections;
  private final KnownGroups known;
  private final Predicate<String> droppable;
  private final PublishEvents events;
  private final Executor background;
  private final Map<Connection, Sender> senders = new ConcurrentHashMap<>();
  private final Sender byDefault;

  /**
   * Nothing is connected by this.
   *
   * @param droppable whether a message to this topic is dropped where no group would get it
   * @param background runs what blocks
   */
  public Senders(
      Connections connections,
      KnownGroups known,
      Predicate<String> droppable,
      PublishEvents events,
      Executor background) {
    this.connections = connections;
    this.known = known;
    this.droppable = droppable;
    this.events = events;
    this.background = background;
    this.byDefault = sender(connections.byDefault());
  }

  /**
   * The sender of the connection of this name; null means the default one.
   *
   * @throws io.postbus.spi.ConfigurationException if there is no such connection
   */
  Sender get(@Nullable String connection) {
    return connection == null ? byDefault : sender(connections.get(connection));
  }

  boolean isDefault(Sender sender) {
    return sender == byDefault;
  }

  private Sender sender(Connection c) {
    Sender there = senders.get(c);
    return there != null ? there : senders.computeIfAbsent(c, this::make);
  }

  private Sender make(Connection c) {
    return new Sender(c, new Routes(c, known, background), droppable, events);
  }
}
