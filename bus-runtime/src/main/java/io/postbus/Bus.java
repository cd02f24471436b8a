package io.postbus;

import io.postbus.message.Message;
import io.postbus.runtime.bus.BusSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The bus: publishes messages and hands those of others to handlers, whatever broker is underneath.
 * Thread-safe; one a process is usual.
 *
 * <p>Opening it does not wait for the broker, and an outage later needs no restart: publishing
 * waits up to its limit, consuming resumes by itself.
 */
public interface Bus extends AutoCloseable {
  /** Sets up a bus: with a file, in code, or both. */
  static BusBuilder builder() {
    return new BusSetup();
  }

  /**
   * Opens the bus of a configuration file.
   *
   * @throws io.postbus.spi.ConfigurationException with every problem and its line
   */
  static Bus open(Path file) {
    return builder().file(file).open();
  }

  /** Publishes and waits until it is confirmed: {@link PublishOptions#confirmed()}. */
  default void publish(Message message) {
    publish(message, PublishOptions.DEFAULT);
  }

  /**
   * Publishes and waits until it is done, as the options define it.
   *
   * @throws io.postbus.spi.PublishException if it could not be confirmed within the limit, with
   *     what is known of its fate; when the waiting thread is interrupted its outcome is unknown
   *     too and the interrupt stays set
   */
  void publish(Message message, PublishOptions options);

  /** As {@link #publishAsync(Message, PublishOptions)}, confirmed. */
  @CheckReturnValue
  default CompletionStage<Void> publishAsync(Message message) {
    return publishAsync(message, PublishOptions.DEFAULT);
  }

  /**
   * Publishes without waiting for the confirmation. It waits where the window of unconfirmed
   * messages is full, so a loop cannot fill the memory.
   *
   * @return completes when it is done, as the options define it, or fails with a {@link
   *     io.postbus.spi.BusException}; on a thread of the bus: do nothing in it that waits
   */
  @CheckReturnValue
  CompletionStage<Void> publishAsync(Message message, PublishOptions options);

  /** As {@link #publishAll(Collection, PublishOptions)}, confirmed. */
  default List<PublishResult> publishAll(Collection<Message> messages) {
    return publishAll(messages, PublishOptions.DEFAULT);
  }

  /** Publishes all, in order and pipelined, waits for all, and reports each in the same order. */
  List<PublishResult> publishAll(Collection<Message> messages, PublishOptions options);

  /**
   * Joins a group with a handler, and returns once the group exists and gets what is published from
   * now on, or after the limit of a call when the broker is not there: it then joins by itself
   * later.
   *
   * @throws io.postbus.spi.ConfigurationException if the subscription does not fit the driver or
   *     the store, with all problems
   */
  Consuming subscribe(Subscription subscription, Handler handler);

  /** Joins a group with a handler of batches; {@link Subscription#batch} gives their size. */
  Consuming subscribeBatch(Subscription subscription, BatchHandler handler);

  /** Joins a group whose messages the caller asks for. */
  Puller pull(Subscription subscription);

  /** What was published with a delay and is not due yet. */
  DelayedMessages delayed();

  /** The dead letters of a group, or {@link DeadLetters#UNSENT}. */
  DeadLetters deadLetters(String group);

  /** The groups on this bus. */
  Groups groups();

  /** Locks that are shared by whoever shares the store. */
  Locks locks();

  /** The modules of the configuration. */
  Modules modules();

  /** How the bus is, now. */
  Health health();

  /** {@link #close(Duration)} with the grace time of {@code shutdown.grace}, 25 s by default. */
  @Override
  void close();

  /**
   * Stops polling, lets handlers finish what they have begun within the grace time, settles it,
   * gives back what has not begun, and closes connections and store. Idempotent; returns at most 10
   * s after the grace time.
   */
  void close(Duration grace);
}
