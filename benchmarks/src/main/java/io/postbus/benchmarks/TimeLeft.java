package io.postbus.benchmarks;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Time that is divided among parts by their weights: what one leaves, or takes beyond its share,
 * the others divide. One thread.
 */
final class TimeLeft {
  private final LongSupplier nanos;
  private final long end;
  private double weights;

  /**
   * Begins now.
   *
   * @param weights of all parts together
   */
  TimeLeft(Duration all, double weights) {
    this(all, weights, System::nanoTime);
  }

  TimeLeft(Duration all, double weights, LongSupplier nanos) {
    this.nanos = nanos;
    this.end = nanos.getAsLong() + all.toNanos();
    this.weights = weights;
  }

  /** What the next part may take, if all that follow are to have theirs; never negative. */
  Duration next(double weight) {
    double share = Math.min(1, weight / Math.max(weight, weights));
    weights -= weight;
    return Duration.ofNanos((long) (all().toNanos() * share));
  }

  /** For all that has not begun. */
  Duration all() {
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }
}
