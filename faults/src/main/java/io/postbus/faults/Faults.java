package io.postbus.faults;

import io.postbus.faults.world.Grounds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dev/faults}. */
@Command(
    name = "dev/faults",
    mixinStandardHelpOptions = true,
    description = "Breaks things under load and checks what became of every message.")
public final class Faults implements Callable<Integer> {
  @Option(names = "--minutes", description = "How long for each driver (default: 10).")
  private int minutes = 10;

  @Option(names = "--seed", description = "Repeats a run.")
  private long seed = System.nanoTime() % 1_000_000;

  @Option(names = "--driver", description = "One driver alone, instead of all.")
  private String driver = "";

  @Option(names = "--scenario", description = "One scenario alone, as the account names it.")
  private String scenario = "";

  @Option(names = "--together", description = "All drivers at the same time.")
  private boolean together;

  @Option(
      names = "--table",
      description = "Writes the account into this file, as Markdown: between its marks, if it has.")
  private @Nullable Path table;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Faults()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Set<String> drivers = driver.isEmpty() ? Grounds.names() : Set.of(driver);
    ExecutorService runners = Executors.newFixedThreadPool(together ? drivers.size() : 1);
    Map<String, Future<Report>> runs = new LinkedHashMap<>();
    drivers.forEach(each -> runs.put(each, runners.submit(() -> run(each))));
    runners.shutdown();
    List<String> tables = new ArrayList<>();
    boolean good = true;
    for (Map.Entry<String, Future<Report>> run : runs.entrySet()) {
      Report report = run.getValue().get();
      good &= report.good();
      tables.addAll(List.of("", "### " + run.getKey(), ""));
      tables.addAll(report.table());
    }
    write(tables);
    return good ? 0 : 1;
  }

  private Report run(String each) {
    Report report = new Report(System.out, together ? each + ": " : "");
    try {
      new Run(each, seed, Duration.ofMinutes(minutes), scenario, report).run();
    } catch (RuntimeException | AssertionError e) {
      report.ended(e);
    }
    return report;
  }

  private void write(List<String> tables) throws IOException {
    if (table != null) {
      Tables.write(table, tables);
    }
  }
}
