package io.postbus.driver.memory;

import io.postbus.message.Message;
import java.util.Map;

/** About how many bytes a message keeps from the collector. */
final class Footprint {
  /** The objects around a payload: message, id, delivery and their links, seen in a heap dump. */
  private static final int ENVELOPE = 256;

  private static final int HEADER = 96;

  private Footprint() {}

  static int of(Message m) {
    int size = ENVELOPE + m.payload().length;
    if (m.key() != null) {
      size += m.key().length();
    }
    for (Map.Entry<String, String> h : m.headers().entrySet()) {
      size += HEADER + h.getKey().length() + h.getValue().length();
    }
    return size;
  }
}
