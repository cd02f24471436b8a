package io.postbus.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured, in the order it came, and all that failed. Where there is a file, each
 * line is in it at once, so that a suite that dies leaves what it had. One thread.
 */
final class Results {
  private static final String VALUE = "value";
  private static final String FAILURE = "failure";

  /** A figure of all contestants. */
  private record Key(String name, String unit) {}

  private final Map<Key, Map<String, SortedMap<Integer, Double>>> values = new LinkedHashMap<>();
  private final Map<Key, String> baselines = new LinkedHashMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private final @Nullable Path file;

  /**
   * Begins without any.
   *
   * @param file takes the lines; exists; null if nobody wants them
   */
  Results(@Nullable Path file) {
    this.file = file;
  }

  /**
   * A value.
   *
   * @param baseline to whose value of the same round the others are compared; the contestant itself
   *     where there is nobody
   */
  void add(String name, String unit, String contestant, String baseline, int round, double value) {
    Key key = new Key(name, unit);
    baselines.put(key, baseline);
    values
        .computeIfAbsent(key, k -> new LinkedHashMap<>())
        .computeIfAbsent(contestant, k -> new TreeMap<>())
        .put(round, value);
    write(VALUE, name, unit, contestant, baseline, round, value);
  }

  void add(Failure f) {
    failures.add(f);
    write(FAILURE, f.name(), f.contestant(), f.round(), f.why());
  }

  /** Adds what another process has left in its file. */
  void addAll(Path lines) throws IOException {
    for (String line : Files.readAllLines(lines)) {
      String[] part = line.split("\t", -1);
      if (part[0].equals(VALUE) && part.length == 7) {
        int round = Integer.parseInt(part[5]);
        add(part[1], part[2], part[3], part[4], round, Double.parseDouble(part[6]));
      } else if (part[0].equals(FAILURE) && part.length == 5) {
        add(new Failure(part[1], part[2], Integer.parseInt(part[3]), part[4]));
      }
    }
  }

  private void write(Object... parts) {
    if (file == null) {
      return;
    }
    List<String> line = new ArrayList<>();
    for (Object part : parts) {
      line.add(part.toString());
    }
    try {
      Files.writeString(
          file, String.join("\t", line) + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    values.forEach(
        (key, all) -> {
          String baseline = baselines.getOrDefault(key, "");
          SortedMap<Integer, Double> of = all.getOrDefault(baseline, new TreeMap<>());
          Figure base = new Figure(key.name, baseline, key.unit, of, null);
          all.forEach(
              (who, mine) -> {
                Figure plain = new Figure(key.name, who, key.unit, mine, null);
                Double ratio = who.equals(baseline) ? null : plain.over(base);
                figures.add(new Figure(key.name, who, key.unit, mine, ratio));
              });
        });
    return figures;
  }

  /** Whose the baseline of a figure is. */
  String baseline(Figure of) {
    return baselines.getOrDefault(new Key(of.name(), of.unit()), "");
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }
}
