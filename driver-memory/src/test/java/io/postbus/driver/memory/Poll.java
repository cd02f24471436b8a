package io.postbus.driver.memory;

import io.postbus.spi.Consumer;
import io.postbus.spi.Received;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A poll on a thread of its own, which waits by now. */
final class Poll {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final FutureTask<List<Received>> task;

  Poll(Consumer consumer) {
    this(consumer, 10);
  }

  Poll(Consumer consumer, int max) {
    task = new FutureTask<>(() -> consumer.poll(max, LONG));
    Thread thread = new Thread(task, "poll");
    thread.setDaemon(true);
    thread.start();
    Eventually.within(LONG)
        .until("the poll waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  List<Received> batch() {
    try {
      return task.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("The poll failed", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("The poll has not ended", e);
    }
  }
}
