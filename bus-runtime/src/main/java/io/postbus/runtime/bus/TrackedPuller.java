package io.postbus.runtime.bus;

import io.postbus.Delivery;
import io.postbus.Puller;
import io.postbus.runtime.consume.PullMember;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A puller that the bus knows of until it is closed.
 *
 * @param left is told when it is
 */
record TrackedPuller(PullMember puller, Consumer<AutoCloseable> left) implements Puller {
  String group() {
    return puller.subscription().group();
  }

  @Override
  public List<Delivery> pull(int max, Duration timeout) {
    return puller.pull(max, timeout);
  }

  @Override
  public void close() {
    try {
      puller.close();
    } finally {
      left.accept(this);
    }
  }
}
