package io.postbus.faults;

import io.postbus.faults.check.Account;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The account of a run, line by line while it goes on, and as a table of Markdown. One thread. */
final class Report {
  private static final String LINE = "%-22s %9s %9s %7s %8s %9s %8s %5s %8s %8s  %s%n";

  private final PrintStream out;
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<String> missed = new ArrayList<>();
  private String site = "";

  Report(PrintStream out) {
    this.out = out;
  }

  /** Goes on at another site. */
  void begin(String driver, String what, String store, long seed) {
    site = what.isEmpty() ? "" : " (" + what + ")";
    out.printf("%s%s with %s, seed %d%n", driver, site, store, seed);
    out.printf(
        LINE,
        "scenario",
        "published",
        "confirmed",
        "failed",
        "unknown",
        "handled",
        "repeats",
        "lost",
        "back in",
        "took",
        "");
  }

  void add(Verdict v) {
    verdicts.add(v.at(site));
    Account a = v.account();
    out.printf(
        LINE,
        v.scenario(),
        a.published(),
        a.confirmed(),
        a.failed(),
        a.unknown(),
        a.handled(),
        a.repeats(),
        a.lost(),
        seconds(v.recovery()),
        seconds(v.took()),
        v.good() ? "ok" : "BROKEN");
    v.problems().forEach(problem -> out.println("    " + problem));
    out.flush();
  }

  /** A scenario for which there was no time. */
  void missed(String scenario) {
    missed.add(scenario + site);
  }

  boolean good() {
    return verdicts.stream().allMatch(Verdict::good);
  }

  void end(String driver, long seed) {
    Account sum = Account.NOTHING;
    for (Verdict v : verdicts) {
      sum = sum.plus(v.account());
    }
    long broken = verdicts.stream().filter(v -> !v.good()).count();
    out.printf(
        "%d trials, %d broken: %d published, %d confirmed, %d handled, %d repeats, %d lost%n",
        verdicts.size(),
        broken,
        sum.published(),
        sum.confirmed(),
        sum.handled(),
        sum.repeats(),
        sum.lost());
    if (!missed.isEmpty()) {
      out.printf("No time was left for %s%n", String.join(", ", missed));
    }
    if (broken > 0) {
      out.printf("Repeat it: dev/faults --driver %s --seed %d%n", driver, seed);
    }
  }

  /** A table for the documentation; a scenario that was run several times is one line. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("| scenario | trials | published | confirmed | handled | repeats | lost | back in |");
    lines.add("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (String name : verdicts.stream().map(Verdict::scenario).distinct().toList()) {
      List<Verdict> same = verdicts.stream().filter(v -> v.scenario().equals(name)).toList();
      Account sum = same.stream().map(Verdict::account).reduce(Account.NOTHING, Account::plus);
      Verdict slowest =
          same.stream().max((a, b) -> a.recovery().compareTo(b.recovery())).orElseThrow();
      lines.add(
          "| %s | %d | %d | %d | %d | %d | %d | %s |"
              .formatted(
                  name,
                  same.size(),
                  sum.published(),
                  sum.confirmed(),
                  sum.handled(),
                  sum.repeats(),
                  sum.lost(),
                  seconds(slowest.recovery())));
    }
    return lines;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
