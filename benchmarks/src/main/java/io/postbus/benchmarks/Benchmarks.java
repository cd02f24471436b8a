package io.postbus.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command: {@code SUITE|all [--option N]…}. Prints a table, then a line of JSON for each
 * figure. A suite that fails costs its own figures only.
 */
public final class Benchmarks {
  private static final String ALL = "all";

  private final Map<String, Suite> suites = new LinkedHashMap<>();

  private Benchmarks() {
    suites.put("rabbitmq", new RabbitSuite());
    suites.put("kafka", new KafkaSuite());
    suites.put("redis-stream", new RedisSuite());
    suites.put("memory", new MemorySuite());
    suites.put("delay", new DelaySuite());
  }

  public static void main(String[] args) throws Exception {
    System.exit(new Benchmarks().run(args));
  }

  private int run(String[] args) throws Exception {
    if (args.length == 0 || !(args[0].equals(ALL) || suites.containsKey(args[0]))) {
      System.err.println(
          "usage: benchmarks/run SUITE|all [--messages N] [--size B] [--rounds N] [--json FILE];"
              + " suites are "
              + suites.keySet());
      return 2;
    }
    Options options = Options.read(args, 1);
    List<Figure> figures = new ArrayList<>();
    boolean failed = false;
    for (Map.Entry<String, Suite> suite : suites.entrySet()) {
      if (args[0].equals(ALL) || args[0].equals(suite.getKey())) {
        failed |= !run(suite.getKey(), suite.getValue(), options, figures);
      }
    }
    print(figures, options);
    return failed ? 1 : 0;
  }

  private static boolean run(String name, Suite suite, Options options, List<Figure> figures) {
    System.err.println("-- " + name);
    try {
      figures.addAll(suite.run(options));
      return true;
    } catch (Exception e) {
      System.err.println("The suite " + name + " failed");
      e.printStackTrace();
      return false;
    }
  }

  private static void print(List<Figure> figures, Options options) throws Exception {
    System.out.print(Table.of(figures));
    String lines = figures.stream().map(f -> f.json() + "\n").collect(Collectors.joining());
    System.out.print(lines);
    if (options.json() != null) {
      Files.write(options.json(), lines.getBytes(StandardCharsets.UTF_8));
    }
  }
}
