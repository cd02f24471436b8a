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
    Ear ear = new Ear(connection, connection.onBroker(subject), listener);
    connection.broker.hints.add(ear);
    return ear;
  }

  private static final class Ear implements Hints.Ear, Listening {
    private final Connection connection;
    private final String subject;
    private final Consumer<String> listener;
    private volatile boolean closed;

    Ear(Connection connection, String subject, Consumer<String> listener) {
      this.connection = connection;
      this.subject = subject;
      this.listener = listener;
    }

    @Override
    public void hear(String about, String text) {
      if (connection.isClosed()) {
        close();
      } else if (about.equals(subject) && connection.isUp()) {
        connection.callbacks.hint(() -> deliver(text));
      }
    }

    @Override
    public void close() {
      closed = true;
      connection.broker.hints.remove(this);
    }

    private void deliver(String text) {
      if (!closed) {
        listener.accept(text);
      }
    }
  }
}
