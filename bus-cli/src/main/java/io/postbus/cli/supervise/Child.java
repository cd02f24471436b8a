package io.postbus.cli.supervise;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes that a supervisor keeps alive, over all its lives. The supervisor's thread
 * changes it; any thread reads {@link #status()}.
 */
final class Child {
  /** What a child is doing. */
  enum State {
    /** Its process runs, and its modules do not yet. */
    STARTING,
    RUNNING,
    /** It died and waits to be started again. */
    WAITING,
    /** It has ended for good. */
    ENDED
  }

  /**
   * A child at a moment.
   *
   * @param admin the port where it answers, while it runs
   * @param starts how often it has been started
   */
  record Status(ChildName name, State state, OptionalInt admin, int starts) {}

  private final ChildName name;
  private final BackOff backOff;
  private @Nullable Process process;
  private long startedAt;
  private volatile Status status;

  Child(ChildName name, Duration restartDelay) {
    this.name = name;
    this.backOff = new BackOff(restartDelay);
    this.status = new Status(name, State.WAITING, OptionalInt.empty(), 0);
  }

  ChildName name() {
    return name;
  }

  Status status() {
    return status;
  }

  /** Starts its process. */
  Process start(ChildStart how, PrintStream out, Consumer<Report> reports) throws IOException {
    startedAt = System.nanoTime();
    become(State.STARTING, OptionalInt.empty(), status.starts() + 1);
    Process started = how.start(name);
    process = started;
    Thread reader =
        new Thread(
            new ChildOutput(started.getInputStream(), out, reports), "postbus-output-" + name);
    reader.setDaemon(true);
    reader.start();
    return started;
  }

  void running(Report report) {
    become(State.RUNNING, report.admin(), status.starts());
  }

  /** Its process has ended, and another one is to follow after the time returned. */
  Duration died() {
    become(State.WAITING, OptionalInt.empty(), status.starts());
    return backOff.after(lived());
  }

  void ended() {
    become(State.ENDED, OptionalInt.empty(), status.starts());
  }

  Duration lived() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  boolean alive() {
    return process != null && process.isAlive();
  }

  long pid() {
    return process == null ? 0 : process.pid();
  }

  /** Asks its process to end. Its pipes stay open: what it says on the way is still wanted. */
  void terminate() {
    if (process != null) {
      process.toHandle().destroy();
    }
  }

  /** Ends its process at once. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private void become(State state, OptionalInt admin, int starts) {
    status = new Status(name, state, admin, starts);
  }
}
