package io.postbus.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One broker, without policy. Thread-safe.
 *
 * <p>A lost connection is the driver's to mend: it tries again for ever, after 0.2 s growing to 5 s
 * with jitter, declares again what was declared, resumes its consumers and sends what was not yet
 * confirmed first. It retries nothing else, schedules nothing, counts nothing.
 */
public interface Driver extends AutoCloseable {
  Set<Capability> capabilities();

  /** What survives once {@link Producer#send} has completed. */
  Durability durability();

  /** How long a delivery may stay unsettled before the broker takes it back; empty for ever. */
  Optional<Duration> maxHold();

  /**
   * How many messages may await their confirmation where nobody says it: as many as keep the broker
   * busy, and no more, since more of them only wait longer.
   */
  default int window() {
    return 1_000;
  }

  /** A producer of its own; the driver may share connections between them. */
  Producer producer(ProducerSpec spec);

  /**
   * Joins the group and returns without waiting for the broker. The group has been declared.
   *
   * @throws UnsupportedCapabilityException for an order that is not among the capabilities
   */
  Consumer consumer(ConsumerSpec spec, ConsumerListener listener);

  Topology topology();

  Signals signals();

  /**
   * Closes what is still open, ends every thread and connection. Idempotent, returns within 5 s in
   * any state of the broker; calls that are blocked in this driver then end with {@link
   * ClosedException}, and so does whatever is called afterwards; only signals are lost without an
   * error.
   */
  @Override
  void close();
}
