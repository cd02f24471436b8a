package io.postbus.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a {@link MemoryRun} prints: {@code heap|MB} or {@code resident|MB}; others are a log's. */
final class MemoryLines implements Consumer<String> {
  private final List<Double> heaps = new ArrayList<>();
  private double resident;

  @Override
  public synchronized void accept(String line) {
    String[] parts = line.split("\\|", -1);
    if (parts.length == 2 && parts[0].equals(MemoryRun.HEAP)) {
      heaps.add(Double.parseDouble(parts[1]));
    } else if (parts.length == 2 && parts[0].equals(MemoryRun.RESIDENT)) {
      resident = Double.parseDouble(parts[1]);
    } else {
      System.err.println(line);
    }
  }

  /** What was left each time, in megabytes. */
  synchronized List<Double> heaps() {
    if (heaps.isEmpty()) {
      throw new IllegalStateException("it has told nothing");
    }
    return List.copyOf(heaps);
  }

  /** The most of the machine's memory that it had at once, in megabytes. */
  synchronized double resident() {
    return resident;
  }
}
