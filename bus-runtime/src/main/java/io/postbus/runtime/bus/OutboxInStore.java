package io.postbus.runtime.bus;

import io.postbus.PublishOptions;
import io.postbus.TransactionSource;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.delay.Outbox;
import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Delayed;
import io.postbus.spi.PublishException;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.UnsupportedCapabilityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is published in a transaction becomes an entry in it. Blocking, on the caller's thread,
 * whose connection it is; thread-safe.
 *
 * @param type the store's name, for errors
 * @param transactions tells of commits
 */
record OutboxInStore(
    Outbox outbox, Store store, String type, TransactionSource transactions, InstantSource clock) {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxInStore.class);

  /** The same in another store. */
  OutboxInStore in(Store other, Outbox its) {
    return new OutboxInStore(its, other, type, transactions, clock);
  }

  /** Writes the message. Throws if it is not written. */
  void put(Connection transaction, Destination to, Message m, PublishOptions o) {
    require(transaction, m);
    Delayed entry;
    try {
      entry = entry(to, m, o);
      outbox.put(transaction, entry);
    } catch (ConfigurationException e) {
      throw e;
    } catch (BusException | IllegalArgumentException e) {
      throw PublishException.refused(
          "%s was not written in its transaction, which is to be rolled back: %s"
              .formatted(m, e.getMessage()),
          e);
    }
    tellOfCommit(transaction, entry);
  }

  private void require(Connection transaction, Message m) {
    if (!store.capabilities().contains(StoreCapability.TRANSACTIONAL)) {
      throw new UnsupportedCapabilityException(
          "The store "
              + type
              + " takes part in no transaction: use a store on the application's database, type: jdbc");
    }
    try {
      if (transaction.getAutoCommit()) {
        throw PublishException.refused(
            "%s was not published: its connection is in auto-commit mode, so there is no transaction to publish it in; call setAutoCommit(false), or begin one with your framework"
                .formatted(m),
            null);
      }
    } catch (SQLException e) {
      throw PublishException.refused(
          "%s was not published: its connection is of no use: %s".formatted(m, e.getMessage()), e);
    }
  }

  private Delayed entry(Destination to, Message m, PublishOptions o) {
    Duration delay = o.delay();
    if (delay != null && !delay.isZero()) {
      return outbox.after(delay, to, m, o.handle());
    }
    Instant at = o.at();
    return at != null && at.isAfter(clock.instant())
        ? outbox.at(at, to, m, o.handle())
        : outbox.now(to, m, o.handle());
  }

  private void tellOfCommit(Connection transaction, Delayed entry) {
    try {
      transactions.afterCommit(transaction, () -> outbox.committed(entry));
    } catch (RuntimeException e) {
      LOG.warn(
          "The transaction source will not tell of the commit of {}; it is found a little later",
          entry.message(),
          e);
    }
  }
}
