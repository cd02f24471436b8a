package io.postbus.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Another JVM with the same class path. Its errors are on this one's terminal. */
final class Jvm {
  private Jvm() {}

  /** It was not done in time, and has been ended. */
  static final class TooLong extends TimeoutException {
    TooLong(Duration limit) {
      super("its process was not done within " + limit.toSeconds() + " s");
    }
  }

  /**
   * Runs it to its end.
   *
   * @param lines takes what it prints, on another thread
   * @return its exit code
   */
  static int run(
      Duration limit,
      List<String> options,
      Class<?> main,
      List<String> args,
      Consumer<String> lines)
      throws IOException, InterruptedException, TooLong {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread reader = new Thread(() -> read(process, lines), "lines of a process");
    reader.setDaemon(true);
    reader.start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TooLong(limit);
      }
      reader.join(TimeUnit.SECONDS.toMillis(10));
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroyForcibly();
    }
  }

  private static void read(Process process, Consumer<String> lines) {
    try {
      process.inputReader().lines().forEach(lines);
    } catch (UncheckedIOException e) {
      // It was ended, and its pipe with it.
    }
  }
}
