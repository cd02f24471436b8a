package io.postbus.runtime.consume;

import io.postbus.DecodeException;
import io.postbus.message.Message;

/** Reads payloads into objects, by the codecs of the bus. Thread-safe. */
@FunctionalInterface
public interface Decoder {
  /**
   * The payload as such an object.
   *
   * @throws DecodeException if no codec reads it, or the one that should fails
   */
  <T> T decode(Message message, Class<T> body);
}
