package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.Progress;
import io.postbus.cli.Signals;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps a process alive that is itself the store of what it delayed: where none is configured, the
 * store is the process's memory.
 */
final class OwnStore {
  private static final Duration LOOK = Duration.ofMillis(100);

  private OwnStore() {}

  /** Waits until all has been sent, if it has to be waited for. */
  static void awaitEmpty(Invocation invocation, Bus bus) throws InterruptedException {
    if (!invocation.configuration().storeEndsWithProcess()) {
      invocation.say(
          "It waits in the store; whoever runs a bus on that store sends it when it is due.");
      return;
    }
    long waiting = bus.delayed().count(Filter.all());
    if (waiting == 0) {
      return;
    }
    invocation.say(
        "No store is configured, so what waits does so in this process: it stays until all is sent.");
    try (Signals signals = Signals.take(() -> {});
        Progress progress = invocation.progress()) {
      while (waiting > 0) {
        long left = waiting;
        progress.at(() -> left + " still to be sent");
        if (asked(signals)) {
          throw new CommandFailure(ExitCode.FAILURE, waiting + " delayed messages are lost.");
        }
        waiting = bus.delayed().count(Filter.all());
      }
    }
  }

  private static boolean asked(Signals signals) throws InterruptedException {
    try {
      signals.asked().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
