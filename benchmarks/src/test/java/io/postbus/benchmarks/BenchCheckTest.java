package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dev/bench-check}, on lines as {@code benchmarks/run --json} leaves them. */
class BenchCheckTest {
  @TempDir Path folder;

  private final Results results = new Results(null);
  private Path floors;

  @BeforeEach
  void writeFloors() throws IOException {
    floors = folder.resolve("floors");
    Files.writeString(
        floors,
        """
        # a remark | with | bars
        rabbitmq rapid|postbus|0.70
        rabbitmq alone: publish|postbus|0.85
        kafka batch|postbus|0.90
        """);
  }

  @Test
  void isContentAtTheFloor() throws Exception {
    add("rabbitmq rapid", 70);
    add("rabbitmq alone: publish", 120);
    Checked checked = check();
    assertThat(checked.code).as(checked.output).isZero();
    assertThat(checked.output)
        .contains("ok   rabbitmq rapid|postbus: 0.700, at least 0.70")
        .doesNotContain("kafka");
  }

  @Test
  void failsUnderTheFloor() throws Exception {
    add("rabbitmq rapid", 69);
    add("rabbitmq alone: publish", 120);
    Checked checked = check();
    assertThat(checked.code).as(checked.output).isOne();
    assertThat(checked.output).contains("LOW  rabbitmq rapid|postbus: 0.690, at least 0.70");
  }

  @Test
  void failsWhereAFigureOfASuiteThatWasRunIsMissing() throws Exception {
    add("rabbitmq rapid", 100);
    Checked checked = check();
    assertThat(checked.code).as(checked.output).isOne();
    assertThat(checked.output).contains("NONE rabbitmq alone: publish|postbus");
  }

  @Test
  void failsWhereOneWithAFloorLostSomethingWhateverItsRatios() throws Exception {
    add("rabbitmq rapid", 100);
    add("rabbitmq alone: publish", 120);
    results.add(new Failure("rabbitmq rapid", "spring-amqp", 0, "it is none of ours"));
    assertThat(check().code).isZero();
    results.add(new Failure("rabbitmq rapid", "postbus", 3, "message 7 came \"twice\""));
    Checked checked = check();
    assertThat(checked.code).as(checked.output).isOne();
    assertThat(checked.output).contains("FAIL rabbitmq rapid|postbus: message 7 came");
  }

  @Test
  void failsWithoutFigures() throws Exception {
    assertThat(check().code).isEqualTo(2);
  }

  @Test
  void takesTheFloorsThatAreCheckedIn() throws Exception {
    floors = root().resolve("benchmarks/floors");
    add("redis-stream alone: publish", 0.001);
    Checked checked = check();
    assertThat(checked.code).as(checked.output).isOne();
    assertThat(checked.output).contains("LOW  redis-stream alone: publish|postbus: 0.000");
  }

  private void add(String name, double percent) {
    results.add(name, Figure.RATE, "bare", "bare", 0, 100);
    results.add(name, Figure.RATE, "postbus", "bare", 0, percent);
  }

  private record Checked(int code, String output) {}

  private Checked check() throws Exception {
    Path figures = folder.resolve("figures.json");
    List<String> lines = new ArrayList<>();
    results.figures().forEach(f -> lines.add(f.json()));
    results.failures().forEach(f -> lines.add(f.json()));
    Files.write(figures, lines);
    Process process =
        new ProcessBuilder(
                "bash",
                root().resolve("dev/bench-check").toString(),
                figures.toString(),
                floors.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Checked(process.exitValue(), output);
  }

  /** Of the project: tests run in their module's folder. */
  private static Path root() {
    return Path.of("").toAbsolutePath().resolve("..").normalize();
  }
}
