package io.postbus.runtime.bus;

import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer;
import io.postbus.spi.Failure;
import java.time.Duration;

/** Two that hear the same. Thread-safe as they are. */
record BothObservers(Observer first, Observer second) implements Observer {
  static Observer of(Observer first, Observer second) {
    if (first == NONE) {
      return second;
    }
    return second == NONE ? first : new BothObservers(first, second);
  }

  @Override
  public void handled(Message m, long beganMillis, long costNanos, Outcome outcome) {
    first.handled(m, beganMillis, costNanos, outcome);
    second.handled(m, beganMillis, costNanos, outcome);
  }

  @Override
  public void retried(Message m, Duration delay) {
    first.retried(m, delay);
    second.retried(m, delay);
  }

  @Override
  public void deadLettered(Message m, Failure failure) {
    first.deadLettered(m, failure);
    second.deadLettered(m, failure);
  }

  @Override
  public void unmatched(Message m) {
    first.unmatched(m);
    second.unmatched(m);
  }

  @Override
  public void expired(Message m) {
    first.expired(m);
    second.expired(m);
  }

  @Override
  public void stale(Message m) {
    first.stale(m);
    second.stale(m);
  }

  @Override
  public void repeated(Message m) {
    first.repeated(m);
    second.repeated(m);
  }

  @Override
  public void superseded(Message m) {
    first.superseded(m);
    second.superseded(m);
  }

  @Override
  public void paused(Throwable cause) {
    first.paused(cause);
    second.paused(cause);
  }

  @Override
  public void resumed() {
    first.resumed();
    second.resumed();
  }

  @Override
  public void late(Message m) {
    first.late(m);
    second.late(m);
  }
}
