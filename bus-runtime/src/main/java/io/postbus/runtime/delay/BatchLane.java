package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.DelayStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * One shard's writes. A call that fails for a passing reason is repeated; one that is refused is
 * split until the item that is to blame stands alone. Thread-safe.
 */
final class BatchLane<T, R> {
  private record Item<T, R>(T value, long until, CompletableFuture<R> result) {}

  private final Function<List<T>, List<R>> write;
  private final ToIntFunction<T> weight;
  private final Batches.Terms terms;
  private final Timeline timeline;
  private final Pump pump;
  private final Outage outage;
  private final Deque<Item<T, R>> queue = new ArrayDeque<>();
  private boolean lingering;
  private boolean hurried;
  private boolean closed;
  private long notBefore;

  BatchLane(
      Function<List<T>, List<R>> write,
      ToIntFunction<T> weight,
      Batches.Terms terms,
      Timeline timeline,
      Executor threads) {
    this.write = write;
    this.weight = weight;
    this.terms = terms;
    this.timeline = timeline;
    this.pump = new Pump(threads, this::step);
    this.outage = terms.what().one();
    this.notBefore = timeline.nanos();
  }

  CompletableFuture<R> add(T value) {
    CompletableFuture<R> result = new CompletableFuture<>();
    synchronized (queue) {
      if (closed) {
        return CompletableFuture.failedFuture(new ClosedException("The delay engine"));
      }
      queue.add(new Item<>(value, timeline.nanos() + terms.limit().toNanos(), result));
      if (lingers()) {
        if (!lingering) {
          lingering = true;
          timeline.schedule(terms.linger(), this::lingered);
        }
        return result;
      }
    }
    pump.wake();
    return result;
  }

  void hurry() {
    synchronized (queue) {
      hurried = true;
    }
    pump.wake();
  }

  void close() {
    List<Item<T, R>> left;
    synchronized (queue) {
      closed = true;
      left = List.copyOf(queue);
      queue.clear();
    }
    left.forEach(i -> i.result.completeExceptionally(new ClosedException("The delay engine")));
  }

  private boolean lingers() {
    return !hurried && !terms.linger().isZero() && queue.size() < DelayStore.MAX_BATCH;
  }

  private void lingered() {
    synchronized (queue) {
      lingering = false;
    }
    pump.wake();
  }

  private void step() {
    List<Item<T, R>> batch = take();
    if (batch.isEmpty()) {
      return;
    }
    attempt(batch);
    synchronized (queue) {
      if (queue.isEmpty()) {
        return;
      }
    }
    pump.wake();
  }

  private List<Item<T, R>> take() {
    List<Item<T, R>> batch = new ArrayList<>();
    synchronized (queue) {
      if (notBefore - timeline.nanos() > 0) {
        return batch;
      }
      int room = DelayStore.MAX_BATCH;
      for (Item<T, R> next = queue.peek(); next != null; next = queue.peek()) {
        room -= weight.applyAsInt(next.value);
        if (room < 0) {
          break;
        }
        batch.add(queue.remove());
      }
    }
    return batch;
  }

  private void attempt(List<Item<T, R>> batch) {
    List<T> values = new ArrayList<>(batch.size());
    batch.forEach(i -> values.add(i.value));
    List<R> results;
    try {
      results = write.apply(values);
    } catch (RuntimeException e) {
      failed(batch, e);
      return;
    }
    outage.over();
    for (int i = 0; i < results.size(); i++) {
      batch.get(i).result.complete(results.get(i));
    }
  }

  private void failed(List<Item<T, R>> batch, RuntimeException cause) {
    if (cause instanceof BusException e && e.retryable()) {
      again(batch, e);
    } else if (batch.size() == 1 || cause instanceof ClosedException) {
      batch.forEach(i -> i.result.completeExceptionally(cause));
    } else {
      int half = batch.size() / 2;
      attempt(batch.subList(0, half));
      attempt(batch.subList(half, batch.size()));
    }
  }

  private void again(List<Item<T, R>> batch, BusException cause) {
    Duration wait = outage.failed(cause);
    long now = timeline.nanos();
    List<Item<T, R>> tired = new ArrayList<>();
    synchronized (queue) {
      notBefore = now + wait.toNanos();
      for (int i = batch.size() - 1; i >= 0; i--) {
        Item<T, R> item = batch.get(i);
        if (closed || hurried || item.until - notBefore < 0) {
          tired.add(item);
        } else {
          queue.addFirst(item);
        }
      }
    }
    tired.forEach(i -> i.result.completeExceptionally(cause));
    timeline.schedule(wait, pump::wake);
  }
}
