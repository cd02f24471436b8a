package io.postbus.runtime.consume;

import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Decides what comes after a failed attempt. Immutable. */
final class Recovery {
  /** A retry that the handler asks for within this time is made in hand. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** What comes next. */
  sealed interface Step {
    /** Another attempt here after this wait, the delivery held. */
    record InHand(Duration delay) implements Step {}

    /** Another attempt after this wait, from the store or through the broker. */
    record Away(Duration delay) implements Step {}

    /**
     * Another attempt after this wait, but it cannot be held so long and nothing may overtake it:
     * back to the group with all that waits behind it.
     */
    record Back(Duration delay) implements Step {}

    /** This attempt, the same once more or the next one, when the circuit lets it. */
    record Held(int attempt) implements Step {}

    /** This attempt once more, when the one that it was let out beside is over. */
    record Behind(int attempt) implements Step {}

    /** No other attempt. */
    record Dead() implements Step {}
  }

  private final RetrySchedule schedule;
  private final Duration timeout;
  private final HoldLimit hold;
  private final boolean ordered;
  private final boolean trusted;
  private final DoubleSupplier random;

  /**
   * The decisions for one subscription.
   *
   * @param trusted whether retries may wait in the store
   */
  Recovery(Subscription s, HoldLimit hold, boolean trusted, DoubleSupplier random) {
    this.schedule = s.retry();
    this.timeout = s.timeout();
    this.hold = hold;
    this.ordered = s.order() != Order.NONE;
    this.trusted = trusted;
    this.random = random;
  }

  /**
   * What comes after this attempt has failed.
   *
   * @param ageNanos how long the delivery has been in hand
   * @param asked the wait that the handler asked for, or null
   */
  Step after(int attempt, long ageNanos, @Nullable Duration asked) {
    if (attempt >= schedule.attempts()) {
      return new Step.Dead();
    }
    boolean inPlace = attempt <= schedule.inPlace().size();
    Duration wait = asked != null ? asked : scheduled(attempt);
    boolean inHand = ordered || !trusted || (asked == null ? inPlace : asked.compareTo(SHORT) <= 0);
    if (inHand && hold.allows(ageNanos, wait, timeout)) {
      return new Step.InHand(wait);
    }
    return ordered ? new Step.Back(wait) : new Step.Away(wait);
  }

  private Duration scheduled(int attempt) {
    int at = attempt - 1;
    int inPlace = schedule.inPlace().size();
    Duration wait =
        at < inPlace ? schedule.inPlace().get(at) : schedule.delayed().get(at - inPlace);
    double part = schedule.jitter() * (2 * random.getAsDouble() - 1);
    return wait.plusNanos((long) (wait.toNanos() * part));
  }
}
