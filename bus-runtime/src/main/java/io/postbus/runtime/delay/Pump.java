package io.postbus.runtime.delay;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one step on an executor whenever it was woken: at least once after each waking, never twice
 * at a time, and giving way to others between two steps. Thread-safe.
 */
final class Pump {
  private static final Logger LOG = LoggerFactory.getLogger(Pump.class);

  private enum State {
    IDLE,
    RUNNING,
    AGAIN
  }

  private final Executor executor;
  private final Runnable step;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

  Pump(Executor executor, Runnable step) {
    this.executor = executor;
    this.step = step;
  }

  void wake() {
    State before = state.getAndUpdate(s -> s == State.IDLE ? State.RUNNING : State.AGAIN);
    if (before == State.IDLE) {
      submit();
    }
  }

  private void submit() {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      state.set(State.IDLE);
      LOG.debug("Not run, since the process is closing its threads", e);
    }
  }

  private void run() {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("A step of the delay engine failed", e);
    }
    if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
      state.set(State.RUNNING);
      submit();
    }
  }
}
