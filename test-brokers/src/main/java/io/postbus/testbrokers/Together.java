package io.postbus.testbrokers;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Starts servers that wait for each other. */
final class Together {
  private Together() {}

  /** Starts all at the same time, and returns when each serves. */
  static void start(List<? extends Broker> brokers) {
    List<CompletableFuture<Void>> starts =
        brokers.stream()
            .map(broker -> CompletableFuture.runAsync(broker::start, Together::thread))
            .toList();
    try {
      CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void thread(Runnable start) {
    Thread thread = new Thread(start, "start-broker");
    thread.setDaemon(true);
    thread.start();
  }
}
