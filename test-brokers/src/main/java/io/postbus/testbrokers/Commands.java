package io.postbus.testbrokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Commands of this machine: finding them, and running them to their end. */
final class Commands {
  private Commands() {}

  /** The executable, looked for in these folders first, then on the path. */
  static Optional<Path> find(String name, String... folders) {
    Stream<String> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"));
    return Stream.of(Stream.of(folders), path, Stream.of("/usr/sbin", "/usr/local/sbin"))
        .flatMap(folder -> folder)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static String require(String name, String debianPackage, String... folders) {
    return find(name, folders)
        .map(Path::toString)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no Docker engine answers and "
                        + name
                        + " is not installed: run dev/test as root, or apt-get install "
                        + debianPackage));
  }

  /** What the command printed; an error that quotes it if the command fails or takes too long. */
  static String run(List<String> command, Map<String, String> environment, Duration limit) {
    try {
      Path output = Files.createTempFile("postbus-command", ".out");
      try {
        return run(command, environment, limit, output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    }
  }

  private static String run(
      List<String> command, Map<String, String> environment, Duration limit, Path output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      if (ended && process.exitValue() == 0) {
        return printed;
      }
      String outcome = ended ? "ended with " + process.exitValue() : "took more than " + limit;
      throw new IllegalStateException(command + " " + outcome + ":\n" + printed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    } finally {
      process.destroyForcibly();
    }
  }
}
