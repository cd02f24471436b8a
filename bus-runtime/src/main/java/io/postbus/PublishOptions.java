package io.postbus;

import io.postbus.message.Names;
import io.postbus.spi.Slot;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a message is published; immutable, each method returns a changed copy, and they compose.
 *
 * @param unconfirmed not confirmed, only counted
 * @param delay how long it waits in the store first, or null
 * @param at when it leaves the store, or null; not together with a delay
 * @param handle the caller's name for a message that waits
 * @param timeout how long publishing may take; null for the bus's own limit
 * @param ttl how long after it is sent (after a delay) it may still be handled
 * @param group the one group that gets it, or null for all groups of the topic
 * @param untilAcknowledged sent again to each group until that has acknowledged it
 * @param ackWithin how long a group has for that, each time; null for what the topic says
 * @param transaction the open transaction that it is sent with, or null
 * @param outbox the store of the transaction's database, by its name in the configuration; null for
 *     the bus's own
 * @param driver the connection it goes to, by its name in the configuration; null for the default
 */
public record PublishOptions(
    boolean unconfirmed,
    @Nullable Duration delay,
    @Nullable Instant at,
    @Nullable String handle,
    @Nullable Duration timeout,
    @Nullable Duration ttl,
    @Nullable String group,
    boolean untilAcknowledged,
    @Nullable Duration ackWithin,
    @Nullable Connection transaction,
    @Nullable String outbox,
    @Nullable String driver) {

  static final PublishOptions DEFAULT =
      new PublishOptions(false, null, null, null, null, null, null, false, null, null, null, null);

  public PublishOptions {
    if (delay != null && at != null) {
      throw new IllegalArgumentException("A message waits for a delay or until a time, not both");
    }
    if (unconfirmed && (delay != null || at != null || untilAcknowledged || transaction != null)) {
      throw new IllegalArgumentException("A message that is kept safe cannot be rapid");
    }
    if (handle != null && delay == null && at == null && transaction == null) {
      throw new IllegalArgumentException(
          "Only a delayed message has a handle to cancel it by: say after or at as well");
    }
    positive("delay", delay, true);
    positive("timeout", timeout, false);
    positive("time to live", ttl, false);
    if (ackWithin != null && ackWithin.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException("ackWithin is " + ackWithin + ", must be 100ms or longer");
    }
    if (at != null && (at.isBefore(Instant.EPOCH) || !at.isBefore(Slot.NEVER))) {
      throw new IllegalArgumentException("The time " + at + " is out of range");
    }
    if (group != null) {
      Names.group(group);
    }
  }

  /** Done when the broker has confirmed that it owns the message. The default. */
  public PublishOptions confirmed() {
    return with(w -> w.unconfirmed = false);
  }

  /** Done when it is handed to the client: fast, may be lost, counted. */
  public PublishOptions rapid() {
    return with(w -> w.unconfirmed = true);
  }

  /**
   * Sent after this time, to the millisecond; done when the store has it. Zero sends it at once.
   */
  public PublishOptions after(Duration wait) {
    return with(
        w -> {
          w.delay = wait;
          w.at = null;
        });
  }

  /** Sent at this time; done when the store has it. A time that has passed sends it at once. */
  public PublishOptions at(Instant time) {
    return with(
        w -> {
          w.delay = null;
          w.at = time;
        });
  }

  /** The name by which {@link Bus#delayed()} cancels or moves it; several may share one. */
  public PublishOptions handle(String name) {
    return with(w -> w.handle = name);
  }

  /**
   * Sent, and to each group that has not acknowledged it in time sent again until it has, whatever
   * the broker loses. Done when the store has an entry for each of the topic's groups that want it.
   * It can be cancelled before it is sent the first time: in its delay or before its commit.
   *
   * <p>Needs a store as durable as the broker. A handler gets it at least once.
   */
  public PublishOptions guaranteed() {
    return with(w -> w.untilAcknowledged = true);
  }

  /** Guaranteed, and sent again to a group that has not acknowledged it by then; 100 ms or more. */
  public PublishOptions ackWithin(Duration limit) {
    return with(
        w -> {
          w.untilAcknowledged = true;
          w.ackWithin = limit;
        });
  }

  /**
   * Written in this transaction, and sent once that has committed; if it rolls back there was no
   * message. Publishing returns when it is written: it neither waits for the broker nor commits,
   * rolls back or closes anything, and uses the connection on the calling thread only. Any JDBC
   * connection with an open transaction will do, also one that a framework manages.
   *
   * <p>The message leaves within about 50 ms of the commit, or at once where a {@link
   * TransactionSource} tells of it, and from another node if this one dies. With a delay it waits
   * from the publishing on; guaranteed, it becomes an entry for each group when it leaves.
   *
   * <p>Messages of one key leave in the order in which they were published, those of transactions
   * that overlap in any. One that cannot be sent holds back those of its key and nobody else, until
   * it is sent, cancelled or, after more than an hour, among the {@link DeadLetters#UNSENT} dead
   * letters. Processes that take turns on a key are kept in order as far as they agree on the
   * store's time, which they do to a fraction of a round trip.
   *
   * <p>Publishing fails without having written anything with {@link
   * io.postbus.spi.UnsupportedCapabilityException} if the store takes part in no transaction, with
   * {@link io.postbus.spi.ConfigurationException} if the connection leads to a database without the
   * store's tables, and with {@link io.postbus.spi.PublishException} if the connection is in
   * auto-commit mode or closed, or the database refuses the entry.
   */
  public PublishOptions inTransaction(Connection open) {
    return inTransaction(open, null);
  }

  /**
   * The same with a database that is not the one of the bus's own store.
   *
   * @param name of a store under {@code outboxes} in the configuration, or null for the bus's own
   */
  public PublishOptions inTransaction(Connection open, @Nullable String name) {
    return with(
        w -> {
          w.transaction = open;
          w.outbox = name;
        });
  }

  /** How long publishing may take before it fails. */
  public PublishOptions timeout(Duration limit) {
    return with(w -> w.timeout = limit);
  }

  /** Dropped instead of handled when it is older; counted from the sending, after any delay. */
  public PublishOptions timeToLive(Duration limit) {
    return with(w -> w.ttl = limit);
  }

  /** To one group alone, whatever its filter says. */
  public PublishOptions toGroup(String name) {
    return with(w -> w.group = name);
  }

  /** Over this connection of the configuration. */
  public PublishOptions driver(String name) {
    return with(w -> w.driver = name);
  }

  private PublishOptions with(Consumer<Words> change) {
    Words words = new Words(this);
    change.accept(words);
    return words.options();
  }

  /** The same while they are being changed. */
  private static final class Words {
    private boolean unconfirmed;
    private @Nullable Duration delay;
    private @Nullable Instant at;
    private @Nullable String handle;
    private @Nullable Duration timeout;
    private @Nullable Duration ttl;
    private @Nullable String group;
    private boolean untilAcknowledged;
    private @Nullable Duration ackWithin;
    private @Nullable Connection transaction;
    private @Nullable String outbox;
    private @Nullable String driver;

    Words(PublishOptions o) {
      unconfirmed = o.unconfirmed;
      delay = o.delay;
      at = o.at;
      handle = o.handle;
      timeout = o.timeout;
      ttl = o.ttl;
      group = o.group;
      untilAcknowledged = o.untilAcknowledged;
      ackWithin = o.ackWithin;
      transaction = o.transaction;
      outbox = o.outbox;
      driver = o.driver;
    }

    PublishOptions options() {
      return new PublishOptions(
          unconfirmed,
          delay,
          at,
          handle,
          timeout,
          ttl,
          group,
          untilAcknowledged,
          ackWithin,
          transaction,
          outbox,
          driver);
    }
  }

  private static void positive(String what, @Nullable Duration d, boolean zeroAllowed) {
    if (d != null && (d.isNegative() || (d.isZero() && !zeroAllowed))) {
      throw new IllegalArgumentException("The " + what + " " + d + " is not positive");
    }
  }
}
