package io.postbus.runtime.delay;

import io.postbus.runtime.time.Pending;
import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** One node's timers and threads, which a test can freeze, thaw and end; its clocks run on. */
public final class NodeTime implements Timeline, Executor {
  private enum State {
    RUNNING,
    FROZEN,
    DEAD
  }

  private final Timeline timeline;
  private final Executor threads;
  private final List<Runnable> withheld = new ArrayList<>();
  private State state = State.RUNNING;
  private volatile Duration skipped = Duration.ZERO;

  public NodeTime(Timeline timeline, Executor threads) {
    this.timeline = timeline;
    this.threads = threads;
  }

  /** Its thread has just been standing still for so long. */
  public void skip(Duration frozen) {
    skipped = skipped.plus(frozen);
  }

  public synchronized void freeze() {
    state = State.FROZEN;
  }

  public void thaw() {
    List<Runnable> tasks;
    synchronized (this) {
      state = State.RUNNING;
      tasks = List.copyOf(withheld);
      withheld.clear();
    }
    tasks.forEach(Runnable::run);
  }

  public synchronized void die() {
    state = State.DEAD;
  }

  private void live(Runnable task) {
    synchronized (this) {
      if (state != State.RUNNING) {
        withheld.add(task);
        return;
      }
    }
    task.run();
  }

  @Override
  public Instant instant() {
    return timeline.instant();
  }

  @Override
  public long nanos() {
    return timeline.nanos() + skipped.toNanos();
  }

  @Override
  public Pending pending() {
    return timeline.pending();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return timeline.schedule(delay, () -> live(task));
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(() -> live(task));
  }
}
