package io.postbus.faults;

import io.postbus.faults.check.Account;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The account of a run, line by line while it goes on, and as a table of Markdown. One thread. */
final class Report {
  private static final String LINE = "%-22s %9s %9s %7s %8s %9s %8s %5s %8s %8s  %s%n";

  private final PrintStream out;
  private final String prefix;
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<String> missed = new ArrayList<>();
  private String site = "";
  private boolean whole = true;

  /**
   * An account of nothing yet.
   *
   * @param prefix in front of each line, where several go to the same stream
   */
  Report(PrintStream out, String prefix) {
    this.out = out;
    this.prefix = prefix;
  }

  /** Says something, in a line or several; lines of others do not mix with it. */
  void say(String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    out.print(prefix + text.replaceAll("\\n(?!$)", "\n" + prefix));
    out.flush();
  }

  /** Goes on at another site. */
  void begin(String driver, String what, String store, long seed) {
    site = what.isEmpty() ? "" : " (" + what + ")";
    say("%s%s with %s, seed %d%n", driver, site, store, seed);
    say(
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
    say(
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
    v.problems().forEach(problem -> say("    %s%n", problem));
  }

  /** A scenario for which there was no time. */
  void missed(String scenario) {
    missed.add(scenario + site);
  }

  /** The run ended before its time, for something that has nothing to do with messages. */
  void ended(Throwable why) {
    StringWriter trace = new StringWriter();
    why.printStackTrace(new PrintWriter(trace, true));
    say("The run could not go on: %s%n", trace);
    whole = false;
  }

  boolean good() {
    return whole && verdicts.stream().allMatch(Verdict::good);
  }

  void end(String driver, long seed) {
    say("%s%n", sum());
    if (!missed.isEmpty()) {
      say("No time was left for %s%n", String.join(", ", missed));
    }
    if (!good()) {
      say("Repeat it: dev/faults --driver %s --seed %d%n", driver, seed);
    }
  }

  private String sum() {
    Account sum = verdicts.stream().map(Verdict::account).reduce(Account.NOTHING, Account::plus);
    long broken = verdicts.stream().filter(v -> !v.good()).count();
    return "%d trials, %d broken: %d published, %d confirmed, %d handled, %d repeats, %d lost"
        .formatted(
            verdicts.size(),
            broken,
            sum.published(),
            sum.confirmed(),
            sum.handled(),
            sum.repeats(),
            sum.lost());
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
    lines.addAll(List.of("", sum() + "."));
    return lines;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
