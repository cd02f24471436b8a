package io.postbus.benchmarks;

import io.postbus.testbrokers.RabbitBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What a million messages leave in a heap of 128 MB and take of the machine, published and consumed
 * at once on RabbitMQ: each contestant in a JVM of its own.
 */
final class MemorySuite implements Suite {
  private static final int MESSAGES = 1_000_000;
  private static final long LIMIT_SECONDS = 240;

  @Override
  public List<Figure> run(Options options) throws Exception {
    int messages = options.get("messages", MESSAGES);
    List<Figure> figures = new ArrayList<>();
    try (RabbitBroker broker = RabbitBroker.open()) {
      for (MemoryRun.Who who : MemoryRun.Who.values()) {
        try {
          figures.addAll(measured(who, broker.uri().toString(), messages));
        } catch (IOException | TimeoutException | IllegalStateException e) {
          System.err.println("memory: " + who + " failed: " + e);
        }
      }
    }
    return figures;
  }

  private static List<Figure> measured(MemoryRun.Who who, String uri, int messages)
      throws IOException, InterruptedException, TimeoutException {
    long begin = System.nanoTime();
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryRun.class.getName(),
                who.name(),
                uri,
                Integer.toString(messages))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      List<Figure> figures = run.inputReader().lines().flatMap(line -> figure(who, line)).toList();
      if (!run.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new TimeoutException("not done");
      }
      if (run.exitValue() != 0) {
        throw new IllegalStateException("it ended with " + run.exitValue());
      }
      System.err.printf("memory: %-30s %5.1f s%n", who, (System.nanoTime() - begin) / 1e9);
      return figures;
    } finally {
      run.destroyForcibly();
    }
  }

  /** Lines are {@code name|unit|value}; others are somebody's log. */
  private static Stream<Figure> figure(MemoryRun.Who who, String line) {
    String[] parts = line.split("\\|", -1);
    return parts.length != 3
        ? Stream.empty()
        : Stream.of(
            new Figure("memory: " + parts[0], who.title(), Double.parseDouble(parts[2]), parts[1]));
  }
}
