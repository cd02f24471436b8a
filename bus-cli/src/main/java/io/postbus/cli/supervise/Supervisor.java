package io.postbus.cli.supervise;

import io.postbus.cli.ExitCode;
import io.postbus.cli.supervise.Child.State;
import io.postbus.spi.Quantities;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps processes alive: starts each, starts it again after its death, and ends them all when it is
 * asked to. Thread-safe; one thread of its own does everything.
 */
public final class Supervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final int SIGNALLED = 128;

  private final List<Child> children;
  private final ChildStart starts;
  private final PrintStream out;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "postbus-supervisor"));
  private boolean stopping;
  private int code;

  /**
   * A supervisor of these children, not started.
   *
   * @param out where their stdout goes
   */
  public Supervisor(List<Supervised> children, ChildStart starts, PrintStream out) {
    this.children = children.stream().map(c -> new Child(c.name(), c.restartDelay())).toList();
    this.starts = starts;
    this.out = out;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Starts all children. */
  public void start() {
    later(() -> children.forEach(this::start));
  }

  /**
   * Asks all children to end, and ends at once what is left after the grace time. Idempotent;
   * returns at once.
   */
  public void stop(Duration grace) {
    later(() -> stop(grace, ExitCode.OK));
  }

  /** Ends all children at once. Of any thread, also while the supervisor's is busy. */
  public void kill() {
    children.forEach(Child::kill);
  }

  /**
   * Completes with the exit code when all children have ended for good: 0 if each ended in order.
   */
  public CompletableFuture<Integer> ended() {
    return ended.copy();
  }

  List<Child.Status> children() {
    return children.stream().map(Child::status).toList();
  }

  /** Ends all children at once and frees the thread. Idempotent. */
  @Override
  public void close() {
    thread.shutdownNow();
    kill();
    ended.complete(ExitCode.FAILURE);
  }

  private void start(Child child) {
    if (stopping) {
      child.ended();
      return;
    }
    try {
      Process process = child.start(starts, out, report -> later(() -> running(child, report)));
      log.info("Process {} started (pid {})", child.name(), child.pid());
      var unused = process.onExit().thenAccept(p -> later(() -> exited(child, p.exitValue())));
    } catch (IOException e) {
      log.error("Process {} cannot be started", child.name(), e);
      again(child);
    }
  }

  private void running(Child child, Report report) {
    if (child.status().state() == State.STARTING && child.alive()) {
      child.running(report);
    }
  }

  private void exited(Child child, int exit) {
    Child.Status status = child.status();
    boolean misconfigured =
        exit == ExitCode.USAGE
            && status.state() == State.STARTING
            && status.starts() == 1
            && !stopping;
    if (stopping || misconfigured) {
      child.ended();
      log.info("Process {} ended with {}", child.name(), told(exit));
      worst(exit == ExitCode.OK || misconfigured ? exit : ExitCode.FAILURE);
      if (misconfigured) {
        stop(Duration.ofSeconds(5), exit);
      }
      endIfAllEnded();
      return;
    }
    log.warn(
        "Process {} (pid {}) ended with {} after {}",
        child.name(),
        child.pid(),
        told(exit),
        Quantities.write(child.lived()));
    again(child);
  }

  private void again(Child child) {
    Duration wait = child.died();
    log.info("Process {} starts again in {}", child.name(), Quantities.write(wait));
    in(wait, () -> start(child));
  }

  private void stop(Duration grace, int why) {
    worst(why);
    if (stopping) {
      return;
    }
    stopping = true;
    for (Child child : children) {
      if (child.alive()) {
        child.terminate();
      } else {
        child.ended();
      }
    }
    in(grace, this::killStragglers);
    endIfAllEnded();
  }

  private void killStragglers() {
    for (Child child : children) {
      if (child.alive()) {
        log.warn("Process {} has not ended within the grace time and is killed", child.name());
        child.kill();
      }
    }
  }

  private void endIfAllEnded() {
    if (children.stream().allMatch(c -> c.status().state() == State.ENDED)) {
      thread.shutdown();
      ended.complete(code);
    }
  }

  private void worst(int exit) {
    code = code == ExitCode.OK ? exit : code;
  }

  private void later(Runnable work) {
    in(Duration.ZERO, work);
  }

  private void in(Duration time, Runnable work) {
    try {
      var unused = thread.schedule(() -> guarded(work), time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      log.debug("The supervisor has been closed");
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.error("The supervisor failed at a step; it goes on", e);
    }
  }

  private static String told(int exit) {
    return exit > SIGNALLED ? "signal " + (exit - SIGNALLED) : "exit code " + exit;
  }
}
