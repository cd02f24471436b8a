package io.postbus.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the command line says beside the suite: {@code --name value}, most of them numbers. */
final class Options {
  private static final Set<String> TEXTS = Set.of("json", "only", "who", "results");
  private static final Set<String> NUMBERS =
      Set.of(
          "messages",
          "size",
          "rounds",
          "within",
          "rate",
          "seconds",
          "burst",
          "contest-burst",
          "contest-rate");

  private static final Set<String> MAY_BE_NONE = Set.of("rounds", "rate", "seconds", "burst");

  /** What it takes at most where nobody says how much that is. */
  private static final Duration LONG = Duration.ofHours(12);

  private final Map<String, Integer> numbers = new TreeMap<>();
  private final Map<String, String> texts = new TreeMap<>();

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException for what is no option, or none with such a value
   */
  static Options read(List<String> args) {
    Options options = new Options();
    for (int i = 0; i < args.size(); i += 2) {
      String name = args.get(i).startsWith("--") ? args.get(i).substring(2) : "";
      if (!TEXTS.contains(name) && !NUMBERS.contains(name)) {
        throw new IllegalArgumentException("there is no option " + args.get(i));
      }
      if (i + 1 == args.size()) {
        throw new IllegalArgumentException("--" + name + " needs a value");
      }
      options.put(name, args.get(i + 1));
    }
    return options;
  }

  private void put(String name, String value) {
    if (TEXTS.contains(name)) {
      texts.put(name, value);
    } else {
      numbers.put(name, number(name, value));
    }
  }

  private static int number(String name, String value) {
    int least = MAY_BE_NONE.contains(name) ? 0 : 1;
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same message.
    }
    throw new IllegalArgumentException(
        "--" + name + " needs a whole number of at least " + least + ", not " + value);
  }

  int get(String name, int otherwise) {
    return numbers.getOrDefault(name, otherwise);
  }

  /** Whether a case with this name is to be run: one of {@code --only}'s texts is in it. */
  boolean includes(String title) {
    return parts("only").anyMatch(title::contains);
  }

  /** Whether a contestant may take part: its name begins with one of {@code --who}'s. */
  boolean takesPart(String contestant) {
    return parts("who").anyMatch(contestant::startsWith);
  }

  private Stream<String> parts(String name) {
    return Stream.of(texts.getOrDefault(name, "").split(",", -1)).map(String::strip);
  }

  /** How long measuring may take, from now on. */
  Duration within() {
    Integer seconds = numbers.get("within");
    return seconds == null ? LONG : Duration.ofSeconds(seconds);
  }

  /** Where the lines of JSON go, too. */
  @Nullable Path json() {
    return path("json");
  }

  /** Where values go instead of to the terminal: this process runs for another. */
  @Nullable Path results() {
    return path("results");
  }

  private @Nullable Path path(String name) {
    String path = texts.get(name);
    return path == null ? null : Path.of(path);
  }

  /** The same for a process that runs a part of it. */
  List<String> forPart(Path results, Duration within) {
    List<String> args = new ArrayList<>();
    numbers.forEach((name, value) -> args.addAll(List.of("--" + name, value.toString())));
    texts.forEach((name, value) -> args.addAll(List.of("--" + name, value)));
    args.addAll(List.of("--within", Long.toString(Math.max(1, within.toSeconds()))));
    args.addAll(List.of("--results", results.toString()));
    return args;
  }
}
