package io.postbus.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of one contestant in one case.
 *
 * @param name of the case
 * @param contestant whose it is
 * @param unit of the values, as in {@code /s} or {@code ms}
 * @param values one a round; never empty
 * @param ratios to the baseline's value in the same round; empty for the baseline itself and where
 *     there is none
 */
record Figure(
    String name, String contestant, String unit, List<Double> values, List<Double> ratios) {
  /** A figure that is measured once and compared with nothing. */
  Figure(String name, String contestant, double value, String unit) {
    this(name, contestant, unit, List.of(value), List.of());
  }

  double median() {
    return median(values);
  }

  double min() {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }

  /**
   * The median of the rounds' ratios, which a load that comes and goes harms least; null if none.
   */
  @Nullable Double ratio() {
    return ratios.isEmpty() ? null : median(ratios);
  }

  /** One line of JSON. */
  String json() {
    Double ratio = ratio();
    return String.format(
        Locale.ROOT,
        "{\"case\":\"%s\",\"contestant\":\"%s\",\"unit\":\"%s\",\"median\":%.3f,\"min\":%.3f,\"max\":%.3f,"
            + "\"ratio_to_baseline\":%s}",
        name,
        contestant,
        unit,
        median(),
        min(),
        max(),
        ratio == null ? "null" : String.format(Locale.ROOT, "%.3f", ratio));
  }

  private static double median(List<Double> of) {
    double[] sorted = of.stream().mapToDouble(v -> v).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }
}
