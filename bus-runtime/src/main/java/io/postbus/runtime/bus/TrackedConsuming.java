package io.postbus.runtime.bus;

import io.postbus.Consuming;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Subscription;
import io.postbus.runtime.consume.Member;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A consumer that the bus knows of until it is closed.
 *
 * @param left is told when it is
 */
record TrackedConsuming(Member consuming, Consumer<AutoCloseable> left) implements Consuming {
  @Override
  public Subscription subscription() {
    return consuming.subscription();
  }

  @Override
  public void pause() {
    consuming.pause();
  }

  @Override
  public void resume() {
    consuming.resume();
  }

  @Override
  public ConsumerHealth health() {
    return consuming.health();
  }

  @Override
  public void close() {
    try {
      consuming.close();
    } finally {
      left.accept(this);
    }
  }

  @Override
  public void close(Duration grace) {
    try {
      consuming.close(grace);
    } finally {
      left.accept(this);
    }
  }
}
