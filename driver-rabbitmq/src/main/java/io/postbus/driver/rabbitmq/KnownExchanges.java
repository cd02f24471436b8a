package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that are there: to publish to another one closes the channel. Asked for once a
 * connection; that one is missing is not remembered. One thread.
 */
final class KnownExchanges {
  private final Set<String> known = new HashSet<>();
  private @Nullable Connection of;

  boolean known(Connection c, String exchange) throws IOException {
    if (c != of) {
      known.clear();
      of = c;
    }
    if (exchange.isEmpty() || known.contains(exchange)) {
      return true;
    }
    return Declarations.exists(c, exchange) && known.add(exchange);
  }

  void forget(@Nullable String exchange) {
    known.remove(exchange);
  }
}
