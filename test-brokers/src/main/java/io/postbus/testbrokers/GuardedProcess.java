package io.postbus.testbrokers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server process that cannot outlive this JVM. Its parent is a shell script that reads from a
 * pipe held by this JVM: when the pipe ends, the script kills the server and removes its folder.
 */
final class GuardedProcess {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final String SCRIPT = script();

  private final Process guard;
  private final ProcessHandle server;

  private GuardedProcess(Process guard, ProcessHandle server) {
    this.guard = guard;
    this.server = server;
  }

  static GuardedProcess start(Path folder, Path log, String sweep, Recipe.Launch launch)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "guard"));
    command.add(folder.toString());
    command.add(log.toString());
    command.add(sweep);
    command.addAll(launch.command());
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(launch.environment());
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process guard = builder.start();
    BufferedReader out = guard.inputReader(StandardCharsets.UTF_8);
    String pid = out.readLine();
    if (pid == null) {
      throw new IOException("cannot run " + launch.command());
    }
    return new GuardedProcess(
        guard, ProcessHandle.of(Long.parseLong(pid)).orElse(guard.toHandle()));
  }

  boolean alive() {
    return guard.isAlive();
  }

  /** Asks it to end; false if it has not within the limit. */
  boolean terminate(String signal, Duration limit) {
    List<ProcessHandle> processes = tree();
    if (!processes.isEmpty()) {
      signal(signal, List.of(server));
    }
    return ended(processes, limit);
  }

  /** Ends it with all its children, as a loss of power would. */
  void kill() {
    List<ProcessHandle> processes = tree();
    processes.forEach(ProcessHandle::destroyForcibly);
    if (!ended(processes, KILL_LIMIT)) {
      throw new IllegalStateException("still there after kill -9: " + processes);
    }
  }

  void pause() {
    signal("STOP", tree());
  }

  void resume() {
    signal("CONT", tree());
  }

  /** A process that has just ended is none of kill's errors. */
  private static void signal(String name, List<ProcessHandle> processes) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/bin/sh", "-c", "kill -" + name + " \"$@\" || true", "kill"));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    Commands.run(command, Map.of(), KILL_LIMIT);
  }

  /** The server first, so that it starts no child behind our back. */
  private List<ProcessHandle> tree() {
    return alive() ? Stream.concat(Stream.of(server), server.descendants()).toList() : List.of();
  }

  private boolean ended(List<ProcessHandle> processes, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      if (!guard.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server was ending", e);
    }
    Duration left = Duration.ofNanos(Math.max(end - System.nanoTime(), 1));
    Eventually.within(
        left,
        "the server's children end",
        () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    return true;
  }

  private static String script() {
    try (InputStream in = GuardedProcess.class.getResourceAsStream("guard.sh")) {
      if (in == null) {
        throw new IllegalStateException("guard.sh is missing beside " + GuardedProcess.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
