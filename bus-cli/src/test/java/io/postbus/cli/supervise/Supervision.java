package io.postbus.cli.supervise;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A supervisor of {@link TestChild}ren, and what there is to see of them. */
final class Supervision implements AutoCloseable {
  private static final Duration RESTART_DELAY = Duration.ofMillis(50);

  final Map<ChildName, Process> processes = new ConcurrentHashMap<>();
  final Supervisor supervisor;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** As many children as there are kinds, of the module {@code m}. */
  Supervision(String... kinds) {
    List<Supervised> children =
        IntStream.rangeClosed(1, kinds.length)
            .mapToObj(n -> new Supervised(new ChildName("m", n), RESTART_DELAY))
            .toList();
    supervisor =
        new Supervisor(
            children,
            name -> {
              Process process = command(TestChild.class, kinds[name.number() - 1]).start();
              processes.put(name, process);
              return process;
            },
            new PrintStream(out, true, StandardCharsets.UTF_8));
    supervisor.start();
  }

  /** A java that runs a class of the tests. */
  static ProcessBuilder command(Class<?> main, String... args) {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    command.command().addAll(List.of(args));
    return command.redirectError(
        ProcessBuilder.Redirect.appendTo(Path.of("target", "supervised-output.txt").toFile()));
  }

  Process process(int number) {
    return Objects.requireNonNull(processes.get(new ChildName("m", number)));
  }

  Child.Status status(int number) {
    return supervisor.children().get(number - 1);
  }

  boolean allRun() {
    return supervisor.children().stream().allMatch(c -> c.state() == Child.State.RUNNING);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    supervisor.close();
    processes.values().forEach(Process::destroyForcibly);
  }
}
