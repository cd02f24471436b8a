package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  @TempDir Path folder;

  @Test
  void comparesInEachRoundAndTakesTheMedianOfTheRatios() {
    Results results = new Results(null);
    add(results, "/s", "bare", 100, 10, 1000);
    add(results, "/s", "postbus", 50, 20, 900);
    Figure postbus = figure(results, "postbus");
    assertThat(postbus.median()).isEqualTo(50);
    assertThat(postbus.min()).isEqualTo(20);
    assertThat(postbus.max()).isEqualTo(900);
    assertThat(postbus.ratio()).isEqualTo(0.9);
    assertThat(figure(results, "bare").ratio()).isNull();
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    Results results = new Results(null);
    add(results, "/s", "bare", 1, 4, 2, 100);
    assertThat(figure(results, "bare").median()).isEqualTo(3);
  }

  @Test
  void aRoundThatOneHasMissedIsNotCompared() {
    Results results = new Results(null);
    results.add("case", "/s", "bare", "bare", 1, 10);
    results.add("case", "/s", "postbus", "bare", 0, 1000);
    results.add("case", "/s", "postbus", "bare", 1, 20);
    assertThat(figure(results, "postbus").ratio()).isEqualTo(2);
  }

  @Test
  void lessTimeIsBetterAndMoreRate() {
    Results results = new Results(null);
    add(results, "ms", "bare", 10);
    add(results, "ms", "postbus", 5);
    Figure postbus = figure(results, "postbus");
    assertThat(postbus.ratio()).isEqualTo(0.5);
    assertThat(postbus.betterThan(figure(results, "bare"))).isEqualTo(2);
    Results rates = new Results(null);
    add(rates, "/s", "bare", 10);
    add(rates, "/s", "postbus", 5);
    assertThat(figure(rates, "postbus").betterThan(figure(rates, "bare"))).isEqualTo(0.5);
  }

  @Test
  void anotherProcessLeavesAllInItsFile() throws IOException {
    Path file = Files.createFile(folder.resolve("lines"));
    Results part = new Results(file);
    add(part, "/s", "bare", 100, 200);
    part.add(
        Failure.of("case", "postbus", 1, new IllegalStateException("message 3\n\tcame twice")));
    Results all = new Results(null);
    all.addAll(file);
    assertThat(all.figures()).isEqualTo(part.figures());
    assertThat(all.failures()).isEqualTo(part.failures());
    assertThat(all.failures().get(0).why())
        .isEqualTo("java.lang.IllegalStateException: message 3 came twice");
  }

  @Test
  void aLineThatADyingProcessDidNotFinishIsLeftOut() throws IOException {
    Path file = folder.resolve("lines");
    Files.writeString(file, "value\tcase\t/s\tbare\tbare\t0\t7.0\nvalue\tcase\t/s\tba");
    Results all = new Results(null);
    all.addAll(file);
    assertThat(all.figures()).hasSize(1);
  }

  private static void add(Results results, String unit, String contestant, double... values) {
    for (int round = 0; round < values.length; round++) {
      results.add("case", unit, contestant, "bare", round, values[round]);
    }
  }

  private static Figure figure(Results results, String contestant) {
    return results.figures().stream()
        .filter(f -> f.contestant().equals(contestant))
        .findFirst()
        .orElseThrow();
  }
}
