package io.postbus.cli.run;

import io.postbus.tck.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A folder with a configuration on a broker, and the processes that were started in it. */
final class Workplace implements AutoCloseable {
  static final Eventually SOON = Eventually.within(Duration.ofSeconds(40));

  final Path folder;
  private final URI broker;
  private final List<Started> started = new ArrayList<>();

  Workplace(Path folder, URI broker, String yaml) throws IOException {
    this.folder = folder;
    this.broker = broker;
    Files.writeString(folder.resolve("postbus.yaml"), yaml);
  }

  /** A process, and what it says. */
  record Started(Process process, Path out, Path err) {
    String said() {
      return text(out) + text(err);
    }

    int code() throws InterruptedException {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        throw new AssertionError("It has not ended:\n" + said());
      }
      return process.exitValue();
    }

    /** Asks it to end, as a service manager does. */
    void terminate() {
      process.toHandle().destroy();
    }

    /** As {@code kill -9} does. */
    void kill() {
      process.destroyForcibly();
    }

    void await(String text) {
      SOON.until(text, () -> said().contains(text));
    }

    @Override
    public String toString() {
      return said();
    }
  }

  /** Starts the command, with the handlers of the tests on its class path. */
  Started start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                Path.of("target/dist/lib/*").toAbsolutePath()
                    + ":"
                    + Path.of("target/test-classes").toAbsolutePath(),
                "io.postbus.cli.Main"));
    command.addAll(List.of(args));
    Path out = folder.resolve(started.size() + ".out");
    Path err = folder.resolve(started.size() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("RABBITMQ_URI", broker.toString());
    Started process = new Started(builder.start(), out, err);
    started.add(process);
    return process;
  }

  /** Runs the command to its end. */
  Started run(String... args) throws IOException, InterruptedException {
    Started process = start(args);
    process.code();
    return process;
  }

  /** Publishes messages with the ids 1 to {@code count}. */
  void publish(int count) throws Exception {
    Started published = run("publish", "work", "-t", "Job", "--id", "{n}", "x", "-n", "" + count);
    if (published.code() != 0) {
      throw new AssertionError(published.said());
    }
  }

  /** The ids of the messages of which the journal says so. */
  Set<String> journal(String what) {
    return entries(what).map(line -> line.split(" ")[2]).collect(Collectors.toSet());
  }

  /** The same, by one process. */
  Set<String> journal(String what, long pid) {
    return entries(what)
        .map(line -> line.split(" "))
        .filter(line -> line[1].equals(Long.toString(pid)))
        .map(line -> line[2])
        .collect(Collectors.toSet());
  }

  /** Lets all work be finished, now and later. */
  void open() throws IOException {
    Files.writeString(folder.resolve("gate"), "");
  }

  static Set<String> ids(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).collect(Collectors.toSet());
  }

  private Stream<String> entries(String what) {
    return text(folder.resolve("journal")).lines().filter(line -> line.startsWith(what + " "));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Started process : started) {
      process.process().descendants().forEach(ProcessHandle::destroyForcibly);
      process.kill();
    }
  }
}
