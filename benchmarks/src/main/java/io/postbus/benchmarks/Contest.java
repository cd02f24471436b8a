package io.postbus.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lets contestants do the same work in turns, A B C A B C, so that whatever else the machine does
 * hits all of them; the first rounds warm up and do not count. The first contestant of a case is
 * its baseline. One that fails in a round has no figure for that, and the others go on.
 */
final class Contest implements AutoCloseable {
  private static final int WARM_UPS = 1;

  /** Each contestant's values by the round, by the figure. */
  private final Map<String, Map<String, Map<Integer, Double>>> values = new LinkedHashMap<>();

  private final Map<String, String> baselines = new TreeMap<>();
  private final List<Contestant> seen = new ArrayList<>();
  private final int rounds;
  private final int messages;
  private final String only;
  private final String who;
  private int runs;

  Contest(Options options) {
    this.rounds = options.get("rounds", 5);
    this.messages = options.get("messages", 0);
    this.only = options.only();
    this.who = options.who();
  }

  /**
   * Runs a case.
   *
   * @param usual how many messages, unless the command line says it
   */
  void run(String title, Case what, int usual, int size, Contestant... contestants) {
    if (!title.contains(only)) {
      return;
    }
    int count = messages > 0 ? Math.max(1, Math.min(messages, usual)) : usual;
    long begin = System.nanoTime();
    for (int round = -WARM_UPS; round < rounds; round++) {
      for (Contestant c : contestants) {
        if (c.name().startsWith(who)) {
          turn(title, what, round, count, size, c, contestants[0].name());
        }
      }
    }
    System.err.printf("%-40s %5.1f s%n", title, (System.nanoTime() - begin) / 1e9);
  }

  private void turn(
      String title, Case what, int round, int count, int size, Contestant who, String baseline) {
    if (!seen.contains(who)) {
      seen.add(who);
    }
    Map<String, Double> found = new LinkedHashMap<>();
    try {
      Client client = who.client();
      String name =
          (title + "-" + who.name() + "-" + who.opened()).replaceAll("[^A-Za-z0-9]+", "-");
      what.run(client, new Work(name, ++runs, count, size, (figure, v) -> found.put(figure, v)));
    } catch (Exception | LinkageError e) {
      System.err.println(title + ": " + who.name() + " failed in round " + round + ": " + e);
      who.close();
      return;
    }
    if (round >= 0) {
      found.forEach(
          (figure, value) -> {
            String key = title + figure;
            baselines.put(key, baseline);
            values
                .computeIfAbsent(key, k -> new LinkedHashMap<>())
                .computeIfAbsent(who.name(), k -> new TreeMap<>())
                .put(round, value);
          });
    }
  }

  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    values.forEach(
        (key, all) -> {
          String baseline = baselines.getOrDefault(key, "");
          Map<Integer, Double> of = all.getOrDefault(baseline, Map.of());
          all.forEach((who, mine) -> figures.add(figure(key, who, mine, of, who.equals(baseline))));
        });
    return figures;
  }

  private static Figure figure(
      String key,
      String who,
      Map<Integer, Double> mine,
      Map<Integer, Double> of,
      boolean isBaseline) {
    List<Double> ratios = new ArrayList<>();
    mine.forEach(
        (round, value) -> {
          Double other = of.get(round);
          if (other != null && other > 0 && !isBaseline) {
            ratios.add(value / other);
          }
        });
    int unit = key.lastIndexOf('|');
    return new Figure(
        key.substring(0, unit),
        who,
        key.substring(unit + 1),
        List.copyOf(mine.values()),
        List.copyOf(ratios));
  }

  @Override
  public void close() {
    seen.forEach(Contestant::close);
  }
}
