package io.postbus.runtime.publish;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.connect.Connection;
import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.ProducerSpec.Confirm;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends on what waited: delayed messages to their topic or group, retries and dead letters to
 * theirs. It does not wait for a connection that is down. Thread-safe.
 */
public final class Forwarding {
  private final Senders senders;

  public Forwarding(Senders senders) {
    this.senders = senders;
  }

  /** Whether the default connection takes messages. */
  public boolean ready() {
    return senders.get(null).connection().connected();
  }

  /** Sends what has become due. Fails as connection, not as message, while its broker is away. */
  public CompletionStage<Void> send(Delayed entry) {
    Message m = entry.message();
    String connection = PostbusHeaders.driver(m);
    if (entry.destination() instanceof Destination.ToTopic) {
      return toTopic(connection, PostbusHeaders.strip(m));
    }
    Message next = PostbusHeaders.next(m, entry.attempt(), entry.failure());
    return toGroup(connection, entry.destination().name(), PostbusHeaders.direct(next));
  }

  /** Sends an entry that stays until its group has acknowledged it. */
  public CompletionStage<Void> send(Delayed entry, Ticket ticket) {
    Message next = PostbusHeaders.next(entry.message(), entry.attempt(), entry.failure());
    return toGroup(
        PostbusHeaders.driver(entry.message()),
        entry.destination().name(),
        ticket.on(PostbusHeaders.direct(next)));
  }

  /** Sends the message to one group, as it is. */
  public CompletionStage<Void> toGroup(@Nullable String connection, String group, Message m) {
    try {
      Connection c = connected(connection);
      return c.confirmed().send(Destination.group(group), m);
    } catch (BusException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private CompletionStage<Void> toTopic(@Nullable String connection, Message m) {
    try {
      // A full window is waited for, as in toGroup: it says nothing about the entry.
      Duration limit = connected(connection).timeout();
      return senders.get(connection).toTopic(m, Confirm.CONFIRMED, limit);
    } catch (BusException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** An entry of another node's connection is no worse for it: it waits for one that has that. */
  private Connection connection(@Nullable String name) {
    try {
      return senders.get(name).connection();
    } catch (ConfigurationException e) {
      throw new ConnectionException(
          "The store has messages for the connection %s, which this node does not have; configure it, or leave firing to others with delays.fire: false"
              .formatted(name),
          e);
    }
  }

  private Connection connected(@Nullable String name) {
    Connection c = connection(name);
    if (!c.connected()) {
      throw new ConnectionException(
          "The connection %s is %s: %s"
              .formatted(c.name(), c.status().state(), c.status().reason()),
          null);
    }
    return c;
  }
}
