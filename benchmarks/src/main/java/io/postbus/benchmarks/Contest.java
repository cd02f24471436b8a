package io.postbus.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets contestants do the same work in turns, A B C A B C, so that whatever else the machine does
 * hits all of them; a first round warms up and does not count. The first contestant of a case is
 * its baseline. One that fails has no figure for that round, is out of the case at the second time,
 * and the others go on.
 */
final class Contest implements AutoCloseable {
  private static final int WARM_UPS = 1;
  private static final int USUAL_ROUNDS = 5;
  private static final int MANY_ROUNDS = 9;
  private static final int LONG_TURN = 3;
  private static final int FAILURES = 2;
  private static final Duration USUAL_TURN = Duration.ofSeconds(2);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(90);
  private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(20);

  /** A case with all that is needed to run it. */
  private record Planned(
      String title,
      Case what,
      int usual,
      int size,
      int rounds,
      int turn,
      List<Contestant> contestants) {
    /** Cases are sized so that everybody's turn takes about as long, but for the long ones. */
    double weight() {
      return (double) turn * contestants.size() * (WARM_UPS + rounds);
    }
  }

  /** Clears away between two cases, when nobody consumes. */
  interface Cleaning {
    /**
     * Clears away.
     *
     * @param topics what the names of the last case's topics begin with
     */
    void after(String topics) throws Exception;
  }

  private final List<Planned> plan = new ArrayList<>();
  private final Set<Contestant> seen = new LinkedHashSet<>();
  private final Options options;
  private final Results results;
  private final Duration time;
  private int runs;

  /**
   * Plans nothing yet.
   *
   * @param time for all cases together; rounds get smaller where they would take longer
   */
  Contest(Options options, Results results, Duration time) {
    this.options = options;
    this.results = results;
    this.time = time;
  }

  /**
   * Plans a case, unless the command line leaves it out.
   *
   * @param usual how many messages, if there is time and the command line does not bound it
   */
  void add(String title, Case what, int usual, int size, Contestant... contestants) {
    add(USUAL_ROUNDS, 1, title, what, usual, size, contestants);
  }

  /** The same with more rounds, where a tenth more or less matters. */
  void addClose(String title, Case what, int usual, int size, Contestant... contestants) {
    add(MANY_ROUNDS, 1, title, what, usual, size, contestants);
  }

  /** The same where much of a turn is spent before and after what counts. */
  void addLong(String title, Case what, int usual, int size, Contestant... contestants) {
    add(USUAL_ROUNDS, LONG_TURN, title, what, usual, size, contestants);
  }

  private void add(
      int rounds,
      int turn,
      String title,
      Case what,
      int usual,
      int size,
      Contestant... contestants) {
    List<Contestant> taking = new ArrayList<>();
    for (Contestant c : contestants) {
      if (options.takesPart(c.name())) {
        taking.add(c);
      }
    }
    if (options.includes(title) && !taking.isEmpty()) {
      int count = Math.min(options.get("messages", usual), usual);
      plan.add(new Planned(title, what, count, size, options.get("rounds", rounds), turn, taking));
    }
  }

  /** Runs what is planned. */
  void run(Cleaning cleaning) {
    double weights = plan.stream().mapToDouble(Planned::weight).sum();
    TimeLeft left = new TimeLeft(time, weights);
    Progress progress = new Progress(weights, left);
    for (Planned c : plan) {
      progress.begin(c.title);
      run(c, left.next(c.weight()));
      clean(cleaning, c.title);
      progress.end(c.weight());
    }
  }

  private void run(Planned c, Duration all) {
    int rounds = c.rounds;
    TimeLeft left = new TimeLeft(all, WARM_UPS + rounds);
    Pace pace = new Pace(c.usual);
    Duration expected = USUAL_TURN.multipliedBy(c.contestants.size());
    pace.warmUp(expected, all.dividedBy(WARM_UPS + rounds));
    Map<Contestant, Integer> failed = new HashMap<>();
    for (int round = -WARM_UPS; round < rounds; round++) {
      Duration allowed = left.next(1);
      long begin = System.nanoTime();
      for (Contestant who : c.contestants) {
        if (failed.getOrDefault(who, 0) < FAILURES
            && !turn(c, round, pace.messages(), limit(allowed, c), who)) {
          failed.merge(who, 1, Integer::sum);
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      int remaining = Math.max(1, rounds - round - 1);
      pace.took(took, left.all().dividedBy(remaining));
    }
  }

  /** Generous: who needs it has most probably lost something. */
  private static Duration limit(Duration round, Planned c) {
    Duration fair = round.multipliedBy(4).dividedBy(c.contestants.size());
    Duration limit = fair.compareTo(SHORTEST_LIMIT) < 0 ? SHORTEST_LIMIT : fair;
    return limit.compareTo(LONGEST_TURN) > 0 ? LONGEST_TURN : limit;
  }

  private boolean turn(Planned c, int round, int count, Duration limit, Contestant who) {
    seen.add(who);
    Map<String, Double> found = new LinkedHashMap<>();
    try {
      // Twice, for what it waits for inside has this limit too, and a better message.
      Turns.within(
          limit.multipliedBy(2),
          () -> {
            Client client = who.client();
            String name = plain(c.title + "-" + who.name() + "-" + who.opened());
            c.what.run(client, new Work(name, ++runs, count, c.size, limit, found::put));
          });
    } catch (Exception | LinkageError e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      Failure failure = Failure.of(c.title, who.name(), round, e);
      System.err.println(c.title + ": " + who.name() + " failed: " + failure.why());
      results.add(failure);
      who.close();
      return false;
    }
    if (round >= 0) {
      add(c, who, round, found);
    }
    return true;
  }

  private void add(Planned c, Contestant who, int round, Map<String, Double> found) {
    String baseline = c.contestants.get(0).name();
    found.forEach(
        (figure, value) -> {
          int unit = figure.lastIndexOf('|');
          String name = c.title + figure.substring(0, unit);
          results.add(name, figure.substring(unit + 1), who.name(), baseline, round, value);
        });
  }

  /** As a part of a topic's name. */
  private static String plain(String text) {
    return text.replaceAll("[^A-Za-z0-9]+", "-");
  }

  private void clean(Cleaning cleaning, String title) {
    try {
      cleaning.after(plain(title) + '-');
    } catch (Exception e) {
      System.err.println("cannot clean after " + title + ": " + e);
    }
  }

  @Override
  public void close() {
    seen.forEach(Contestant::close);
  }
}
