package io.postbus.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command: {@code delay [--messages N] [--size B]}. Prints a line of JSON for each figure. */
public final class Benchmarks {
  /** A group of figures that are measured together. */
  interface Suite {
    List<Figure> run(Map<String, Integer> options) throws Exception;
  }

  private static final Map<String, Suite> SUITES = new TreeMap<>(Map.of("delay", new DelaySuite()));

  private Benchmarks() {}

  public static void main(String[] args) throws Exception {
    Suite suite = args.length == 0 ? null : SUITES.get(args[0]);
    if (suite == null) {
      System.err.println(
          "usage: benchmarks/run SUITE [--option N]…; suites are " + SUITES.keySet());
      System.exit(2);
      return;
    }
    for (Figure f : suite.run(options(args))) {
      System.out.println(f.json());
    }
    System.exit(0);
  }

  private static Map<String, Integer> options(String[] args) {
    Map<String, Integer> options = new TreeMap<>();
    for (int i = 1; i + 1 < args.length; i += 2) {
      options.put(args[i].replaceFirst("^--", ""), Integer.valueOf(args[i + 1]));
    }
    return options;
  }
}
