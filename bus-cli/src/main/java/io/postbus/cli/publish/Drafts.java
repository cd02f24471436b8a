package io.postbus.cli.publish;

import io.postbus.message.Message;
import java.io.IOException;
import java.util.Optional;

/** The messages to be published, one after the other. One thread. */
public interface Drafts extends AutoCloseable {
  /**
   * The next message; empty after the last one.
   *
   * @throws IllegalArgumentException that says what is wrong with the next one, which is then past
   */
  Optional<Message> next() throws IOException;

  @Override
  default void close() throws IOException {}
}
