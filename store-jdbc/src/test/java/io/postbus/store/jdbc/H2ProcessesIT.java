package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import io.postbus.tck.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on the file that a store without settings has. */
@Timeout(300)
class H2ProcessesIT {
  /** Each commit waits for the disk, and others may use disk and processors too. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    for (Process p : processes) {
      p.destroyForcibly();
      assertThat(p.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Process start(String work, String report, int first, int end) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                H2Writer.class.getName(),
                work,
                report,
                Integer.toString(first),
                Integer.toString(end))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(report + ".log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private List<Integer> reported(String report) throws IOException {
    Path file = folder.resolve(report);
    String text = Files.exists(file) ? Files.readString(file) : "";
    // A killed process may have left half a line.
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    return whole.lines().map(Integer::valueOf).toList();
  }

  private void ends(Process process, String report) throws Exception {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve(report + ".log"))).isZero();
  }

  private Store store() {
    Path file = folder.resolve("postbus-data/postbus");
    return Nodes.open(Map.of("url", "jdbc:h2:async:" + file + ";AUTO_SERVER=TRUE"));
  }

  @Test
  void whoeverServesTheFileMayDie() throws Exception {
    Process serving = start("put", "a", 0, 1_000_000);
    Eventually within = Eventually.within(LIMIT);
    within.until("the first writes", () -> reported("a").size() > 50);
    Process staying = start("put", "b", 1_000_000, 1_000_500);
    within.until("the second writes", () -> reported("b").size() > 50);
    assertThat(Files.exists(folder.resolve("postbus-data/postbus.mv.db"))).isTrue();
    serving.destroyForcibly();
    assertThat(serving.waitFor(10, TimeUnit.SECONDS)).isTrue();
    ends(staying, "b");
    assertThat(reported("b")).hasSize(500);
    try (Store store = store()) {
      List<String> there = new ArrayList<>();
      String cursor = null;
      do {
        var page = store.delays().find(DelayedQuery.ALL, cursor, 500);
        page.entries().forEach(d -> there.add(d.message().id()));
        cursor = page.next();
      } while (cursor != null);
      assertThat(there).doesNotHaveDuplicates();
      Set<String> lost = new TreeSet<>(ids(reported("a")));
      lost.addAll(ids(reported("b")));
      there.forEach(lost::remove);
      assertThat(lost).isEmpty();
    }
  }

  private static List<String> ids(List<Integer> numbers) {
    return numbers.stream().map(n -> "id-" + n).toList();
  }

  @Test
  void eachEntryIsTakenByOneProcess() throws Exception {
    int count = 600;
    ends(start("put", "in", 0, count), "in");
    Process one = start("take", "a", 0, count);
    Process two = start("take", "b", 0, count);
    ends(one, "a");
    ends(two, "b");
    List<Integer> taken = new ArrayList<>(reported("a"));
    taken.addAll(reported("b"));
    assertThat(taken)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
    try (Store store = store()) {
      assertThat(store.delays().count(DelayedQuery.ALL)).isZero();
    }
  }
}
