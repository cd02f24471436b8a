package io.postbus.cli.demo;

import ch.qos.logback.classic.Level;
import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.cli.Broker;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@Command(
    name = "demo",
    description = {
      "tells in ten seconds what the bus does, on the embedded broker or, with --driver, on yours,",
      "and accounts for every message. On a broker its names begin with postbus-demo."
    })
public final class DemoCommand implements Callable<Integer> {
  private final Invocation invocation;

  DemoCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    invocation.log(Level.ERROR);
    Path folder = Files.createTempDirectory("postbus-demo");
    try {
      return tell(DemoConfiguration.of(invocation.configuration(), folder));
    } finally {
      remove(folder);
    }
  }

  private int tell(Configuration configuration) throws InterruptedException {
    Narrator narrator = new Narrator(invocation);
    Map<String, Instant> due = new ConcurrentHashMap<>();
    Ledger ledger = new Ledger(new Commentary(narrator, due));
    try (Bus bus = configuration.builder().interceptor(ledger).open()) {
      Broker.await(bus, invocation);
      clear(bus);
      bus.modules().start(bus.modules().names());
      narrator.scene("Three modules run: " + String.join(", ", bus.modules().names()));
      List<Account> accounts = new Story(bus, narrator, ledger, new Site(bus, ledger, due)).tell();
      bus.modules().stop(bus.modules().names(), Duration.ofSeconds(5));
      clear(bus);
      return told(accounts, ledger, narrator);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Takes away what this demo, or one that was killed before it, leaves on a broker. */
  private static void clear(Bus bus) {
    for (String group : Story.GROUPS) {
      bus.deadLetters(group).delete(Filter.all());
      bus.groups().remove(group);
    }
  }

  private int told(List<Account> accounts, Ledger ledger, Narrator narrator) {
    List<String> problems = Reckoning.problems(accounts, ledger);
    narrator.scene(
        "%d messages were published, one was cancelled; %s:"
            .formatted(
                ledger.published().size(),
                problems.isEmpty()
                    ? "every group has handled each that was for it"
                    : "it does not add up"));
    invocation
        .output()
        .rows(
            accounts.stream().map(Account::row).toList(),
            "group",
            "due",
            "handled",
            "retries",
            "dead",
            "redriven",
            "twice",
            "strangers",
            "missing");
    problems.forEach(invocation::say);
    return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }
}
