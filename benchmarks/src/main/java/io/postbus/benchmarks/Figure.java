package io.postbus.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of one contestant in one case.
 *
 * @param name of the case
 * @param contestant whose it is
 * @param unit of the values, as in {@code /s} or {@code ms}
 * @param rounds the value of each round; never empty
 * @param ratio to the baseline, as {@link #over} says; null for the baseline itself and where there
 *     is none
 */
record Figure(
    String name,
    String contestant,
    String unit,
    SortedMap<Integer, Double> rounds,
    @Nullable Double ratio) {
  /** The unit of which more is better; of times and sizes less is. */
  static final String RATE = "/s";

  double median() {
    return median(rounds.values());
  }

  double min() {
    return rounds.values().stream().mapToDouble(v -> v).min().orElseThrow();
  }

  double max() {
    return rounds.values().stream().mapToDouble(v -> v).max().orElseThrow();
  }

  /**
   * The median of the ratios to another's value in the same round, which a load that comes and goes
   * harms least; null where they have no round in common.
   */
  @Nullable Double over(Figure other) {
    List<Double> ratios =
        rounds.entrySet().stream()
            .flatMap(
                mine -> {
                  double of = other.rounds.getOrDefault(mine.getKey(), 0.0);
                  return of > 0 ? Stream.of(mine.getValue() / of) : Stream.empty();
                })
            .toList();
    return ratios.isEmpty() ? null : median(ratios);
  }

  /** How much better it is than another: above 1, whether that is to have more or less. */
  @Nullable Double betterThan(Figure other) {
    return unit.equals(RATE) ? over(other) : other.over(this);
  }

  /** One line of JSON. */
  String json() {
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

  private static double median(Collection<Double> of) {
    double[] sorted = of.stream().mapToDouble(v -> v).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }
}
