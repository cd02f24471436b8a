package io.postbus.driver.memory;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What keeps publishers waiting, and why. Thread-safe. */
final class Pressure {
  private final Map<Object, String> reasons = new LinkedHashMap<>();
  private final Runnable changed;
  private volatile @Nullable String reason;

  /**
   * @param changed runs after each change, on any thread and perhaps under a queue's lock
   */
  Pressure(Runnable changed) {
    this.changed = changed;
  }

  /** The oldest reason, or null while publishers are welcome. */
  @Nullable String reason() {
    return reason;
  }

  void on(Object source, String why) {
    synchronized (reasons) {
      reasons.put(source, why);
      update();
    }
    changed.run();
  }

  void off(Object source) {
    synchronized (reasons) {
      reasons.remove(source);
      update();
    }
    changed.run();
  }

  private void update() {
    reason = reasons.isEmpty() ? null : reasons.values().iterator().next();
  }
}
