package io.postbus.tck;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What every test has at hand: names of its own, things that are closed after it. */
@Timeout(120)
abstract class Scene {
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final Duration patience;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final String mark = Integer.toString(TESTS.incrementAndGet(), 36);
  private int names;

  Scene(Duration patience) {
    this.patience = patience;
  }

  /** How long to wait for what has to happen. */
  final Duration patience() {
    return patience;
  }

  final Eventually eventually() {
    return Eventually.within(patience);
  }

  /** A name that no other test uses. */
  final String name(String word) {
    return word + "-" + mark + "-" + names++;
  }

  /** Closes it after the test, the last first. */
  final <C extends AutoCloseable> C closing(C resource) {
    open.push(resource);
    return resource;
  }

  @AfterEach
  void closeAll() throws Exception {
    Exception failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
