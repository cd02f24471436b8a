package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Connection;
import io.postbus.spi.PublishException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that are there. To publish to another one closes the channel, and with it fails all
 * that is under way there, so each is asked for once a connection. Thread-safe.
 */
final class KnownExchanges {
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Connection of;

  /** Whether the message may be written; else its sender has been told. */
  boolean admit(Connection c, Outgoing o) throws IOException {
    if (c != of) {
      of = c;
      known.clear();
    }
    if (o.exchange.isEmpty() || known.contains(o.exchange)) {
      return true;
    }
    if (Declarations.exists(c, o.exchange)) {
      return known.add(o.exchange);
    }
    o.failed(PublishException.unroutable("There is no exchange " + o.exchange + " at the broker"));
    return false;
  }

  /** One of them is not there any more. */
  void forget(@Nullable String exchange) {
    if (exchange != null) {
      known.remove(exchange);
    }
  }
}
