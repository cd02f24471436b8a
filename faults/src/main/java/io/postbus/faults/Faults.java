package io.postbus.faults;

import io.postbus.faults.world.Grounds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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

  @Option(names = "--table", description = "Writes the account into this file, as Markdown.")
  private @Nullable Path table;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Faults()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Set<String> drivers = driver.isEmpty() ? Grounds.names() : Set.of(driver);
    List<String> tables = new ArrayList<>();
    boolean good = true;
    for (String each : drivers) {
      Report report = new Report(System.out);
      new Run(each, seed, Duration.ofMinutes(minutes), scenario, report).run();
      good &= report.good();
      tables.add("\n### " + each + "\n");
      tables.addAll(report.table());
    }
    if (table != null) {
      Files.write(table, tables, StandardCharsets.UTF_8);
    }
    return good ? 0 : 1;
  }
}
