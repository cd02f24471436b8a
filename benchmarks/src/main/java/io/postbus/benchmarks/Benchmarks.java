package io.postbus.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command: {@code SUITE|all [--option N]…}. Prints tables, then a line of JSON for each figure
 * and each failure. Of all suites each has a JVM of its own, as an application would have it: what
 * one leaves in a heap or in compiled code is not in another's figures.
 */
public final class Benchmarks {
  private static final String ALL = "all";
  private static final Duration GRACE = Duration.ofSeconds(45);
  private static final String USAGE =
      "usage: benchmarks/run SUITE|all [--messages N] [--size B] [--rounds N] [--within SECONDS]"
          + " [--json FILE] [--only TEXT,…] [--who NAME,…]; suites are ";

  /**
   * A suite by its name.
   *
   * @param weight seconds that it takes on four idle processors: what it gets of the time for all;
   *     0 for a suite that is only run by itself
   */
  private record Named(int weight, Suite suite) {}

  private final Map<String, Named> suites = new LinkedHashMap<>();

  private Benchmarks() {
    // Those first whose work cannot be made less: the others have what is left.
    suites.put("memory", new Named(110, new MemorySuite()));
    suites.put("delay", new Named(190, new DelaySuite()));
    suites.put("rabbitmq", new Named(360, new RabbitSuite()));
    suites.put("kafka", new Named(240, new KafkaSuite()));
    suites.put("redis-stream", new Named(190, new RedisSuite()));
    suites.put("loops", new Named(0, new LoopsSuite()));
  }

  public static void main(String[] args) throws Exception {
    System.exit(new Benchmarks().run(args));
  }

  private int run(String[] args) throws Exception {
    if (args.length == 0 || !(args[0].equals(ALL) || suites.containsKey(args[0]))) {
      System.err.println(USAGE + suites.keySet());
      return 2;
    }
    Options options;
    try {
      options = Options.read(Arrays.asList(args).subList(1, args.length));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE + suites.keySet());
      return 2;
    }
    Results results = new Results(options.results());
    Named one = suites.get(args[0]);
    if (one == null) {
      all(options, results);
    } else {
      one(args[0], one.suite, options, results);
    }
    if (options.results() == null) {
      print(results, options);
    }
    return results.failures().isEmpty() ? 0 : 1;
  }

  private static void one(String name, Suite suite, Options options, Results results)
      throws InterruptedException {
    try {
      suite.run(options, results, options.within());
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      e.printStackTrace();
      results.add(Failure.of(name, "all", 0, e));
    }
  }

  private void all(Options options, Results results) throws IOException, InterruptedException {
    double weights = suites.values().stream().mapToInt(Named::weight).sum();
    TimeLeft left = new TimeLeft(options.within(), weights);
    for (Map.Entry<String, Named> suite : suites.entrySet()) {
      if (suite.getValue().weight == 0) {
        continue;
      }
      String name = suite.getKey();
      Duration time = left.next(suite.getValue().weight);
      System.err.printf(
          "-- %s, at the latest until %s; everything until %s%n",
          name, Progress.at(time), Progress.at(left.all()));
      part(name, options, time, results);
    }
  }

  private static void part(String name, Options options, Duration time, Results results)
      throws IOException, InterruptedException {
    Path lines = Files.createTempFile("benchmarks", ".lines");
    try {
      List<String> args =
          Stream.concat(Stream.of(name), options.forPart(lines, time).stream()).toList();
      // More, for suites keep their time but for the turns that they are in; the next ones have
      // less.
      Duration limit = time.plus(time.dividedBy(4)).plus(GRACE);
      int code = Jvm.run(limit, List.of("-Xmx768m"), Benchmarks.class, args, line -> {});
      int before = results.failures().size();
      results.addAll(lines);
      if (code != 0 && results.failures().size() == before) {
        results.add(new Failure(name, "all", 0, "its process ended with " + code));
      }
    } catch (Jvm.TooLong e) {
      results.addAll(lines);
      results.add(Failure.of(name, "all", 0, e));
    } finally {
      Files.delete(lines);
    }
  }

  private static void print(Results results, Options options) throws IOException {
    System.out.print(Tables.of(results));
    String lines =
        Stream.concat(
                results.figures().stream().map(Figure::json),
                results.failures().stream().map(Failure::json))
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    System.out.print(lines);
    Path json = options.json();
    if (json != null) {
      Files.write(json, lines.getBytes(StandardCharsets.UTF_8));
    }
  }
}
