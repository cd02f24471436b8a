package io.postbus.benchmarks;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the command line says beside the suite: {@code --name value}, most of them numbers. */
final class Options {
  private static final String JSON = "json";
  private static final String ONLY = "only";
  private static final String WHO = "who";

  private final Map<String, Integer> numbers = new TreeMap<>();
  private @Nullable Path json;
  private String only = "";
  private String who = "";

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException for what is not of this form
   */
  static Options read(String[] args, int from) {
    Options options = new Options();
    for (int i = from; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || i + 1 == args.length) {
        throw new IllegalArgumentException("not an option with a value: " + args[i]);
      }
      String name = args[i].substring(2);
      if (name.equals(JSON)) {
        options.json = Path.of(args[i + 1]);
      } else if (name.equals(ONLY)) {
        options.only = args[i + 1];
      } else if (name.equals(WHO)) {
        options.who = args[i + 1];
      } else {
        options.numbers.put(name, Integer.valueOf(args[i + 1]));
      }
    }
    return options;
  }

  int get(String name, int otherwise) {
    return numbers.getOrDefault(name, otherwise);
  }

  /** All numbers that were given. */
  Map<String, Integer> numbers() {
    return numbers;
  }

  /** What the names of cases must contain to be run. */
  String only() {
    return only;
  }

  /** What the names of contestants must begin with to take part. */
  String who() {
    return who;
  }

  /** Where the lines of JSON go, too. */
  @Nullable Path json() {
    return json;
  }
}
