package io.postbus.driver.memory;

import io.postbus.spi.Signals;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Hints among the drivers of one broker and namespace. Thread-safe. */
final class MemorySignals implements Signals {
  private static final int LONGEST = 1024;

  private final Connection connection;

  MemorySignals(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void send(String subject, String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw new IllegalArgumentException("A signal is longer than " + LONGEST + " bytes");
    }
    if (connection.isUp()) {
      connection.broker.hints.send(connection.onBroker(subject), text);
    }
  }

  @Override
  public Listening listen(String subject, Consumer<String> listener) {
    if (connection.isClosed()) {
      throw connection.closedException();
    }
    return connection.broker.hints.listen(connection, connection.onBroker(subject), listener);
  }
}
