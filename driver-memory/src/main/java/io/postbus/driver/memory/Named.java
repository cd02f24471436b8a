package io.postbus.driver.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Things that this JVM shares by name, each from its first user until its last one leaves, or for
 * good once somebody keeps it. Thread-safe.
 */
final class Named<T> {
  private final Map<String, Shared<T>> all = new HashMap<>();
  private final Function<String, T> maker;

  Named(Function<String, T> maker) {
    this.maker = maker;
  }

  /** The thing of this name, made if there is none; to be left as often as it was joined. */
  synchronized T join(String name) {
    Shared<T> shared = all.computeIfAbsent(name, n -> new Shared<>(maker.apply(n)));
    shared.users++;
    return shared.thing;
  }

  /** Forgets the thing if this was its last user. */
  synchronized void leave(String name) {
    Shared<T> shared = all.get(name);
    if (shared != null && --shared.users == 0 && !shared.kept) {
      all.remove(name);
    }
  }

  /** Lets the thing, which is in use, outlive its users. */
  synchronized void keep(String name) {
    Shared<T> shared = all.get(name);
    if (shared != null) {
      shared.kept = true;
    }
  }

  private static final class Shared<T> {
    private final T thing;
    private int users;
    private boolean kept;

    Shared(T thing) {
      this.thing = thing;
    }
  }
}
