package io.postbus.runtime.consume;

import io.postbus.spi.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of deliveries that it gave back to their group in the middle of their
 * attempts, should they come to it again: the broker does not carry it. The latest 1000, without
 * promise. Thread-safe.
 */
final class Remembered {
  private static final int MOST = 1_000;

  /**
   * The past of one delivery.
   *
   * @param dueNanos not before then, on the timeline; 0 for at once
   * @param releases how often in a row its handler gave it back
   */
  record Past(int attempt, @Nullable Failure failure, long dueNanos, int releases) {}

  private final Map<String, Past> byId =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Past> eldest) {
          return size() > MOST;
        }
      };

  private volatile boolean some;

  void put(String messageId, Past past) {
    synchronized (byId) {
      byId.put(messageId, past);
      some = true;
    }
  }

  /** What is known of it, once. */
  @Nullable Past take(String messageId) {
    if (!some) {
      return null;
    }
    synchronized (byId) {
      Past past = byId.remove(messageId);
      some = !byId.isEmpty();
      return past;
    }
  }
}
