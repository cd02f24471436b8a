package io.postbus.driver.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what the tracks of a member's partitions say: one commit at a time, and no more often
 * than the interval says. Of the keeper's thread but for {@link #flush}.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Held held;
  private final long intervalNanos;
  private final Queue<CompletableFuture<Boolean>> asked = new ConcurrentLinkedQueue<>();
  private final List<Flush> flushes = new ArrayList<>();
  private final List<Lot> dirty = new ArrayList<>();
  private long issued;
  private long done;
  private long notBefore = System.nanoTime();

  /** Somebody waits for the commit of this number. */
  private record Flush(long number, CompletableFuture<Boolean> end) {}

  Commits(Held held, Duration interval) {
    this.held = held;
    this.intervalNanos = interval.toNanos();
  }

  /** Completes with true once all that has been settled so far is committed. Any thread. */
  CompletableFuture<Boolean> flush() {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    asked.add(end);
    return end;
  }

  /** How long it is from one commit to the next, at least, in nanoseconds. */
  long interval() {
    return intervalNanos;
  }

  /** Whether somebody has asked since. Any thread. */
  boolean asks() {
    return !asked.isEmpty();
  }

  boolean flushing() {
    return !asked.isEmpty() || !flushes.isEmpty();
  }

  /** What has been asked for up to now; to be called before the settlements are looked through. */
  List<CompletableFuture<Boolean>> asked() {
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (CompletableFuture<Boolean> f = asked.poll(); f != null; f = asked.poll()) {
      all.add(f);
    }
    return all;
  }

  void touched(Lot lot) {
    if (!lot.dirty) {
      lot.dirty = true;
      dirty.add(lot);
    }
  }

  /** After the settlements of those who asked have been looked through. */
  void promise(List<CompletableFuture<Boolean>> askers) {
    for (CompletableFuture<Boolean> end : askers) {
      flushes.add(new Flush(dirty.isEmpty() ? issued : issued + 1, end));
    }
    kept();
  }

  /**
   * Promises that are kept; all, where nothing is to be committed and nothing is on its way: what
   * somebody waits for has been committed with a partition that went.
   */
  private void kept() {
    boolean all = dirty.isEmpty() && issued == done;
    flushes.removeIf(f -> (all || f.number() <= done) && f.end().complete(true));
  }

  /** How long until there is something to do; negative if nothing is to be done. */
  long due(long now) {
    if (dirty.isEmpty()) {
      return -1;
    }
    return issued > done ? LOOK_NANOS : Math.max(0, notBefore - now);
  }

  /** Sends what is due. */
  void send(KafkaConsumer<byte[], byte[]> consumer) {
    long now = System.nanoTime();
    if (dirty.isEmpty() || issued > done || (now < notBefore && flushes.isEmpty())) {
      return;
    }
    List<Lot> lots = List.copyOf(dirty);
    Map<TopicPartition, OffsetAndMetadata> positions = take(dirty, Progress::commit);
    dirty.clear();
    issued++;
    notBefore = now + intervalNanos;
    long before = done;
    consumer.commitAsync(positions, (p, failure) -> answered(before, lots, failure));
  }

  private void answered(long before, List<Lot> lots, @Nullable Exception failure) {
    if (failure == null) {
      done = issued;
      kept();
      return;
    }
    // A rebalance, or an outage: it goes out again, unless the partition goes away.
    LOG.debug("A commit failed", failure);
    issued = before;
    lots.stream().filter(lot -> !lot.stopped).forEach(this::touched);
    notBefore = System.nanoTime() + AGAIN_NANOS;
  }

  private Map<TopicPartition, OffsetAndMetadata> take(
      Collection<Lot> lots, BiFunction<Track, Integer, OffsetAndMetadata> how) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    for (Lot lot : lots) {
      lot.dirty = false;
      lot.told = held.out(lot);
      positions.put(lot.partition, how.apply(lot.track, lot.told));
    }
    return positions;
  }

  /** Commits these as given back and waits for it, before they go away. */
  boolean last(KafkaConsumer<byte[], byte[]> consumer, Collection<Lot> lots, Duration limit) {
    dirty.removeAll(lots);
    if (lots.isEmpty()) {
      return true;
    }
    Map<TopicPartition, OffsetAndMetadata> positions = take(lots, Progress::last);
    try {
      try {
        consumer.commitSync(positions, limit);
      } catch (WakeupException e) {
        // Meant for the poll that is over by now.
        consumer.commitSync(positions, limit);
      }
      return true;
    } catch (KafkaException e) {
      LOG.warn("Positions were not committed: some messages come again: {}", e.getMessage());
      return false;
    }
  }

  /** The partitions are gone; what was not committed comes again. */
  void lost(Collection<Lot> lots) {
    if (dirty.removeAll(lots)) {
      fail();
    }
  }

  /** Nobody needs to wait any more. */
  void fail() {
    flushes.forEach(f -> f.end().complete(false));
    flushes.clear();
    asked().forEach(f -> f.complete(false));
  }

  /** Begins again with another consumer. */
  void reset() {
    fail();
    dirty.clear();
    issued = 0;
    done = 0;
  }
}
