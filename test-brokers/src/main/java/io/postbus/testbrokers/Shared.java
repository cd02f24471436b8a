package io.postbus.testbrokers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one broker of a kind that a JVM's tests share: started when first asked for. */
final class Shared<B extends Broker> {
  private final Supplier<B> starter;
  private @Nullable B broker;

  Shared(Supplier<B> starter) {
    this.starter = starter;
  }

  /** Running and not paused, whatever the test before left behind. */
  synchronized B get() {
    B current = broker;
    if (current == null) {
      current = starter.get();
      current.share();
      broker = current;
      return current;
    }
    current.resume();
    current.start();
    return current;
  }
}
