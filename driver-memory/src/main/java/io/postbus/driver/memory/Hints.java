package io.postbus.driver.memory;

import io.postbus.spi.Signals.Listening;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who listens to which subject on a broker. Thread-safe. */
final class Hints {
  private final List<Ear> ears = new CopyOnWriteArrayList<>();

  void send(String subject, String text) {
    for (Ear ear : ears) {
      if (ear.subject.equals(subject) && ear.connection.isUp()) {
        ear.connection.callbacks.hint(() -> ear.hear(text));
      }
    }
  }

  Listening listen(Connection connection, String subject, Consumer<String> listener) {
    Ear ear = new Ear(connection, subject, listener);
    ears.add(ear);
    return ear;
  }

  /** The driver is closed. */
  void forget(Connection connection) {
    ears.removeIf(e -> e.connection == connection);
  }

  private final class Ear implements Listening {
    private final Connection connection;
    private final String subject;
    private final Consumer<String> listener;

    Ear(Connection connection, String subject, Consumer<String> listener) {
      this.connection = connection;
      this.subject = subject;
      this.listener = listener;
    }

    void hear(String text) {
      if (ears.contains(this)) {
        listener.accept(text);
      }
    }

    @Override
    public void close() {
      ears.remove(this);
    }
  }
}
