package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Writes of many callers to a store, gathered into one call a shard at a time. Thread-safe.
 *
 * @param <T> what is written
 * @param <R> what the store says of each
 */
final class Batches<T, R> {
  /** One call of the store. */
  interface Write<T, R> {
    /** Returns a result for each item, in order. */
    List<R> call(int shard, List<T> items);
  }

  /**
   * How items are gathered.
   *
   * @param what fails when a call fails
   * @param linger how long an item waits for others
   * @param limit how long an item is tried while calls fail for a passing reason
   */
  record Terms(Outage.Kind what, Duration linger, Duration limit) {}

  private final List<BatchLane<T, R>> lanes;

  Batches(int shards, Write<T, R> write, Terms terms, Timeline timeline, Executor threads) {
    this(shards, write, item -> 1, terms, timeline, threads);
  }

  /**
   * Gathers items that are not alike.
   *
   * @param weight how many of the {@link io.postbus.spi.DelayStore#MAX_BATCH} that a call takes an
   *     item is
   */
  Batches(
      int shards,
      Write<T, R> write,
      ToIntFunction<T> weight,
      Terms terms,
      Timeline timeline,
      Executor threads) {
    lanes =
        IntStream.range(0, shards)
            .mapToObj(
                i ->
                    new BatchLane<T, R>(
                        all -> write.call(i, all), weight, terms, timeline, threads))
            .toList();
  }

  /**
   * Adds an item. Its result comes on a thread of the executor; it fails with what the store threw.
   */
  CompletionStage<R> add(int shard, T item) {
    return lanes.get(shard).add(item);
  }

  /** Items no longer wait for others. */
  void hurry() {
    lanes.forEach(BatchLane::hurry);
  }

  /** Fails what still waits, and all that comes later, as closed. Idempotent. */
  void close() {
    lanes.forEach(BatchLane::close);
  }
}
