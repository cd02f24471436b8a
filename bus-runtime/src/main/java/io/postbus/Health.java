package io.postbus;

import io.postbus.spi.ConnectionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How a bus is at a moment.
 *
 * @param live whether the process is in order; never depends on a broker
 * @param ready whether it can do its work: no consumer is dead and, with {@code health.required},
 *     every connection is up; {@code postbus run} requires that
 * @param connections by their names in the configuration, the store as {@code store}, and further
 *     ones as {@code outboxes.<name>}
 */
public record Health(
    boolean live,
    boolean ready,
    Map<String, Connection> connections,
    List<ConsumerHealth> consumers) {
  public Health {
    connections = Map.copyOf(connections);
    consumers = List.copyOf(consumers);
  }

  /**
   * How a connection is.
   *
   * @param reason why, where it is not connected
   */
  public record Connection(ConnectionState state, String reason, Instant since) {}

  /**
   * How a consumer is.
   *
   * @param detail why, where it is not running
   * @param inFlight deliveries that are held now
   */
  public record ConsumerHealth(
      String module, String consumer, String group, State state, String detail, int inFlight) {
    /** What a consumer is doing. */
    public enum State {
      RUNNING,
      /** Paused or closed on purpose. */
      STOPPED,
      /** It should be getting deliveries and cannot: no connection, no progress. */
      STALLED,
      /** It has ended by an error and needs a person. */
      DEAD
    }
  }
}
