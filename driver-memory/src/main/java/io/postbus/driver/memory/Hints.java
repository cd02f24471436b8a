package io.postbus.driver.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who listens to which subject on a broker. Thread-safe. */
final class Hints {
  private final List<Ear> ears = new CopyOnWriteArrayList<>();

  /** One listener; called on any thread, returns at once. */
  interface Ear {
    void hear(String subject, String text);
  }

  void add(Ear ear) {
    ears.add(ear);
  }

  void remove(Ear ear) {
    ears.remove(ear);
  }

  void send(String subject, String text) {
    ears.forEach(e -> e.hear(subject, text));
  }
}
