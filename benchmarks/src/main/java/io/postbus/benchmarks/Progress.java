package io.postbus.benchmarks;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Says how far a suite is, and when it will be done. One thread. */
final class Progress {
  private final double weights;
  private final TimeLeft left;
  private final long begin = System.nanoTime();
  private double done;
  private long part;

  Progress(double weights, TimeLeft left) {
    this.weights = weights;
    this.left = left;
  }

  void begin(String title) {
    part = System.nanoTime();
    System.err.printf("%-40s", title);
  }

  void end(double weight) {
    done += weight;
    double spent = (System.nanoTime() - begin) / 1e9;
    double ahead = Math.min(left.all().toNanos() / 1e9, spent / done * (weights - done));
    System.err.printf(
        Locale.ROOT,
        " %5.1f s, %3.0f %%, the suite ends about %s%n",
        (System.nanoTime() - part) / 1e9,
        100 * done / weights,
        at(Duration.ofMillis((long) (1e3 * ahead))));
  }

  /** The time of day. */
  static LocalTime at(Duration ahead) {
    return LocalTime.now(ZoneId.systemDefault()).plus(ahead).truncatedTo(ChronoUnit.SECONDS);
  }
}
