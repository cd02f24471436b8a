package io.postbus.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The values of all rounds, gathered into figures. */
final class DelayFigures {
  /** What is so named is not kept. */
  static final String WARM_UP = "warm-up";

  private record Key(String name, String unit) {}

  /** Each contestant's values by the round, by the figure. */
  private final Map<Key, Map<String, Map<Integer, Double>>> values = new LinkedHashMap<>();

  private final String baseline;
  private int round;

  DelayFigures(String baseline) {
    this.baseline = baseline;
  }

  void round(int number) {
    round = number;
  }

  void add(String name, String contestant, String unit, double value) {
    if (!name.startsWith(WARM_UP)) {
      values
          .computeIfAbsent(new Key("delay " + name, unit), k -> new LinkedHashMap<>())
          .computeIfAbsent(contestant, k -> new TreeMap<>())
          .put(round, value);
    }
  }

  List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    values.forEach(
        (key, contestants) ->
            contestants.forEach(
                (who, rounds) ->
                    figures.add(
                        new Figure(
                            key.name,
                            who,
                            key.unit,
                            List.copyOf(rounds.values()),
                            who.equals(baseline)
                                ? List.of()
                                : ratios(rounds, contestants.getOrDefault(baseline, Map.of()))))));
    return figures;
  }

  private static List<Double> ratios(Map<Integer, Double> ours, Map<Integer, Double> baseline) {
    List<Double> ratios = new ArrayList<>();
    ours.forEach(
        (round, value) -> {
          double base = baseline.getOrDefault(round, 0.0);
          if (base > 0) {
            ratios.add(value / base);
          }
        });
    return ratios;
  }
}
