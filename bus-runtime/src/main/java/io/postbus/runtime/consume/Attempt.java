package io.postbus.runtime.consume;

import io.postbus.Delivery;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Verdict.Plain;
import io.postbus.spi.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one delivery, as its handler sees it. The next attempt is another object, so that
 * a handler which comes back late to this one finds it settled. Thread-safe.
 */
abstract class Attempt implements Delivery {
  final Settling settling;
  private final Arrival arrival;
  private final int attempt;
  private final @Nullable Failure failure;

  Attempt(Arrival arrival, Settling settling, int attempt, @Nullable Failure failure) {
    this.arrival = arrival;
    this.settling = settling;
    this.attempt = attempt;
    this.failure = failure;
  }

  /** Decides it, if nobody has; true if this call did. */
  abstract boolean decide(Verdict v);

  abstract long deadlineNanos();

  Arrival arrival() {
    return arrival;
  }

  /** How the attempts before failed, or null. */
  @Nullable Failure failure() {
    return failure;
  }

  @Override
  public Message message() {
    return arrival.visible();
  }

  @Override
  public <T> T body(Class<T> type) {
    return settling.decode(arrival.visible(), type);
  }

  @Override
  public String text() {
    return new String(arrival.visible().payload(), StandardCharsets.UTF_8);
  }

  @Override
  public String group() {
    return settling.group();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public boolean redelivered() {
    return arrival.received().redelivered();
  }

  @Override
  public Instant deadline() {
    return settling.moment(deadlineNanos());
  }

  @Override
  public boolean ack() {
    return decide(Plain.ACK);
  }

  @Override
  public boolean retry(Throwable cause) {
    return decide(new Verdict.Failed(cause, null));
  }

  @Override
  public boolean retryAfter(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("The delay " + delay + " is negative");
    }
    return decide(new Verdict.Failed(Unthrown.retryAfter(delay), delay));
  }

  @Override
  public boolean deadLetter(String reason) {
    return decide(new Verdict.Dead(reason));
  }

  @Override
  public boolean release() {
    return decide(Plain.RELEASE);
  }

  @Override
  public String toString() {
    return arrival.visible() + " attempt " + attempt;
  }
}
