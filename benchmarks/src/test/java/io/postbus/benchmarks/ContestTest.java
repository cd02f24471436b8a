package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final Duration TIME = Duration.ofMinutes(1);

  private final Results results = new Results(null);
  private final List<String> turns = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();

  @Test
  void letsAllDoTheSameInTurnsAfterAWarmUp() {
    run(Options.read(List.of("--rounds", "2")), noting(1), good("a"), good("b"));
    assertThat(turns).containsExactly("a", "b", "a", "b", "a", "b");
    assertThat(sizes).containsExactly(50, 50, 100, 100, 100, 100);
    assertThat(results.figures()).hasSize(2).allMatch(f -> f.rounds().size() == 2);
    assertThat(results.figures().get(1).ratio()).isEqualTo(1);
    assertThat(results.failures()).isEmpty();
  }

  @Test
  void whoeverLosesAMessageIsNamedAndTheOthersGoOn() {
    Contestant loses = of("loses", all -> all.subList(1, all.size()));
    run(Options.read(List.of("--rounds", "2")), shortly(), good("a"), loses, good("b"));
    assertThat(results.failures())
        .hasSize(2)
        .allMatch(f -> f.name().equals("case") && f.contestant().equals("loses"));
    assertThat(results.failures().get(0).why()).contains("1 of 50 messages have not come");
    assertThat(results.figures()).extracting(Figure::contestant).contains("a", "b");
    assertThat(results.figures()).extracting(Figure::contestant).doesNotContain("loses");
  }

  @Test
  void whoeverRepeatsAMessageHasFailedToo() {
    Contestant repeats = of("repeats", ContestTest::repeated);
    run(Options.read(List.of("--rounds", "1")), shortly(), good("a"), repeats);
    assertThat(results.failures().get(0).why()).contains("message 0 came twice");
  }

  @Test
  void whoeverCannotBeginIsOutAtTheSecondTime() {
    Contestant broken =
        new Contestant(
            "broken",
            () -> {
              turns.add("broken");
              throw new NoClassDefFoundError("x");
            });
    run(Options.read(List.of("--rounds", "4")), noting(1), good("a"), broken);
    assertThat(turns).containsExactly("a", "broken", "a", "broken", "a", "a", "a");
    assertThat(results.failures()).hasSize(2);
  }

  @Test
  void leavesOutWhatTheCommandLineDoesNotName() {
    Options options = Options.read(List.of("--rounds", "1", "--only", "other", "--who", "b"));
    try (Contest contest = new Contest(options, results, TIME)) {
      contest.add("case", noting(1), 100, 20, good("a"), good("b"));
      contest.add("another", noting(1), 100, 20, good("a"), good("b"));
      contest.run(topics -> {});
    }
    assertThat(turns).containsExactly("b", "b");
    assertThat(results.figures()).extracting(Figure::name).containsOnly("another");
  }

  @Test
  void clearsAwayByTheBeginOfTheTopicsNames() {
    List<String> cleared = new ArrayList<>();
    try (Contest contest = new Contest(Options.read(List.of()), results, TIME)) {
      contest.add("kafka order: key", noting(1), 1, 20, good("a"));
      contest.run(cleared::add);
    }
    assertThat(cleared).containsExactly("kafka-order-key-");
  }

  private void run(Options options, Case what, Contestant... contestants) {
    try (Contest contest = new Contest(options, results, TIME)) {
      contest.add("case", what, 100, 20, contestants);
      contest.run(topics -> {});
    }
  }

  private Case noting(double value) {
    return (client, work) -> {
      sizes.add(work.messages());
      work.figure("", Figure.RATE, value);
    };
  }

  /** Does not wait for what is lost. */
  private static Case shortly() {
    return (client, work) ->
        Cases.alone()
            .run(
                client,
                new Work(
                    work.name(),
                    work.run(),
                    work.messages(),
                    work.size(),
                    Duration.ofMillis(10),
                    work.figures()));
  }

  private Contestant good(String name) {
    List<String> all = turns;
    return of(name, published -> published, () -> all.add(name));
  }

  private static Contestant of(String name, UnaryOperator<List<byte[]>> making) {
    return of(name, making, () -> {});
  }

  private static Contestant of(String name, UnaryOperator<List<byte[]>> making, Runnable turn) {
    return new Contestant(name, () -> new InProcess(making)) {
      @Override
      Client client() throws Exception {
        turn.run();
        return super.client();
      }
    };
  }

  private static List<byte[]> repeated(List<byte[]> published) {
    List<byte[]> all = new ArrayList<>(published);
    all.add(published.get(0));
    return all;
  }
}
