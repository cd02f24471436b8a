package io.postbus.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Writes what many add, as much at once as has come meanwhile, on some threads: what anyone would
 * build in front of a database. Thread-safe.
 */
final class Gathering<T> implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int ROOM = 20_000;
  private static final int BATCH = 500;
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Writes a batch, durably. */
  interface Write<T> {
    void write(List<T> batch) throws Exception;
  }

  private record Item<T>(T value, CompletableFuture<Void> written) {}

  private final BlockingQueue<Item<T>> waiting = new ArrayBlockingQueue<>(ROOM);
  private final ExecutorService threads;
  private final int most;
  private final Write<T> write;
  private volatile boolean closed;

  Gathering(Write<T> write) {
    this(THREADS, BATCH, write);
  }

  Gathering(int threads, int most, Write<T> write) {
    this.most = most;
    this.write = write;
    this.threads = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      this.threads.execute(this::work);
    }
  }

  /** Waits for room. */
  CompletionStage<Void> add(T value) throws InterruptedException {
    CompletableFuture<Void> written = new CompletableFuture<>();
    waiting.put(new Item<>(value, written));
    return written;
  }

  /** Adds without waiting; fails where there is no room. */
  void offer(T value) {
    waiting.add(new Item<>(value, new CompletableFuture<>()));
  }

  private void work() {
    try {
      while (!closed) {
        Item<T> first = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          List<Item<T>> batch = new ArrayList<>(List.of(first));
          waiting.drainTo(batch, most - 1);
          write(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Item<T>> batch) {
    try {
      write.write(batch.stream().map(Item::value).toList());
      batch.forEach(i -> i.written.complete(null));
    } catch (Exception e) {
      batch.forEach(i -> i.written.completeExceptionally(e));
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
  }
}
