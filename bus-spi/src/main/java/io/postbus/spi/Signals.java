package io.postbus.spi;

import java.util.function.Consumer;

/**
 * Short hints between the nodes on one broker and namespace, the sender included. They may be lost
 * or repeated; correctness never depends on them. Thread-safe.
 */
public interface Signals {
  /**
   * Tells every listener; returns at once and never fails: without a connection the hint is lost.
   *
   * @param text at most 1 kB
   */
  void send(String subject, String text);

  /**
   * Listens from soon on until closed. The listener is called on a thread of the driver and must
   * not wait.
   */
  Listening listen(String subject, Consumer<String> listener);

  /** Ends the listening; idempotent. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
