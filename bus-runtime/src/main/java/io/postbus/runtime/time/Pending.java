package io.postbus.runtime.time;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Work that was handed to another thread, or to a broker, and has not ended. Virtual time stands
 * still until there is none, so that whatever a moment causes happens in that moment; real time
 * does not care ({@link #NONE}).
 *
 * <p>Count what ends by itself within milliseconds: a task for an executor, a message on its way to
 * its confirmation, a handler at work. Do not count what waits for a timer or for the next message.
 * Every {@link #enter()} has its {@link #leave()}. Thread-safe.
 */
public interface Pending {
  /** Counts nothing. */
  Pending NONE =
      new Pending() {
        @Override
        public void enter() {}

        @Override
        public void leave() {}

        @Override
        public Executor tracking(Executor executor) {
          return executor;
        }

        @Override
        public <T> CompletionStage<T> tracking(CompletionStage<T> stage) {
          return stage;
        }
      };

  void enter();

  void leave();

  /** The executor with each of its tasks counted from its submission to its end. */
  default Executor tracking(Executor executor) {
    return task -> {
      enter();
      try {
        executor.execute(() -> run(task));
      } catch (RuntimeException e) {
        leave();
        throw e;
      }
    };
  }

  /** Counts until the stage is done; what was attached to it before this call is then done too. */
  default <T> CompletionStage<T> tracking(CompletionStage<T> stage) {
    enter();
    return stage.whenComplete((value, error) -> leave());
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      leave();
    }
  }
}
