package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.BusException;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Failure;
import io.postbus.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes failed deliveries to their next place, many at a time, on a thread of its own, so that a
 * store that is slow or away holds up what fails and nothing else. What cannot be written is held
 * and tried again for ever. Thread-safe.
 */
final class HandingOn {
  private static final Logger LOG = LoggerFactory.getLogger(HandingOn.class);
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final ConcurrentLinkedQueue<Onward> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger held = new AtomicInteger();
  private final Backoff backoff = new Backoff();
  private final NextPlace place;
  private final NextPlace otherwise;
  private final Crossing crossing;
  private final InFlight inFlight;
  private final Timeline timeline;
  private final ThreadPoolExecutor thread;
  private final Executor counted;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean closed;
  private volatile @Nullable String trouble;

  /**
   * Hands on to this place.
   *
   * @param otherwise where goes, dead, what the place refuses for good
   * @param crossing asked before each try, and told of what has been written
   */
  HandingOn(
      String group,
      NextPlace place,
      NextPlace otherwise,
      Timeline timeline,
      InFlight inFlight,
      Crossing crossing) {
    this.place = place;
    this.otherwise = otherwise;
    this.timeline = timeline;
    this.inFlight = inFlight;
    this.crossing = crossing;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toNanos(),
            TimeUnit.NANOSECONDS,
            new LinkedBlockingQueue<>(),
            Threads.daemons("postbus-" + group + "-recovery"));
    thread.allowCoreThreadTimeOut(true);
    this.counted = timeline.pending().tracking(thread);
  }

  void add(Onward onward) {
    inFlight.rest(onward.job());
    held.incrementAndGet();
    queue.add(onward);
    if (trouble == null) {
      run();
    }
  }

  /** How many are not written yet. */
  int held() {
    return held.get();
  }

  /** Why nothing can be written at the moment, or null. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Ends the thread; what has not been written is still the broker's. Idempotent. */
  void close() {
    closed = true;
    thread.shutdown();
  }

  private void run() {
    if (!scheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      counted.execute(this::drain);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed: {} failed deliveries stay with the broker", held.get());
    }
  }

  private void drain() {
    scheduled.set(false);
    while (!closed) {
      List<Onward> batch = next();
      if (batch.isEmpty() && queue.isEmpty()) {
        if (trouble != null) {
          LOG.info("Failed deliveries are written again");
        }
        trouble = null;
        // Whoever added in between saw the trouble and left the rest to this thread.
        if (queue.isEmpty()) {
          return;
        }
      }
      List<Onward> failed = write(batch);
      if (!failed.isEmpty()) {
        queue.addAll(failed);
        timeline.schedule(backoff.next(), this::run);
        return;
      }
      backoff.reset();
    }
  }

  private List<Onward> next() {
    List<Onward> batch = new ArrayList<>();
    while (batch.size() < DelayStore.MAX_BATCH) {
      Onward onward = queue.poll();
      if (onward == null) {
        break;
      }
      if (crossing.still(onward)) {
        batch.add(onward);
      } else {
        held.decrementAndGet();
      }
    }
    return batch;
  }

  /** Returns those that are to be tried again. */
  private List<Onward> write(List<Onward> batch) {
    List<Onward> failed = new ArrayList<>();
    List<@Nullable BusException> errors = take(place, batch);
    for (int i = 0; i < batch.size(); i++) {
      BusException error = errors.get(i);
      if (error != null && !error.retryable() && place != otherwise) {
        error = bury(batch.get(i), error);
      }
      if (error == null) {
        held.decrementAndGet();
        crossing.done(batch.get(i));
      } else {
        failed.add(batch.get(i));
        note(error);
      }
    }
    return failed;
  }

  private @Nullable BusException bury(Onward onward, BusException refusal) {
    Failure failure = onward.failure();
    if (failure == null) {
      return refusal;
    }
    LOG.error(
        "{} cannot be kept in the store; it goes to the broker's dead letters",
        onward.job(),
        refusal);
    Onward dead = Onward.dead(onward.job(), failure);
    BusException error = take(otherwise, List.of(dead)).get(0);
    if (dead.isTakenOver()) {
      onward.takeOver();
    }
    return error;
  }

  private List<@Nullable BusException> take(NextPlace where, List<Onward> batch) {
    if (batch.isEmpty()) {
      return List.of();
    }
    BusException error;
    try {
      Instant now = where.now();
      long nanos = timeline.nanos();
      batch.forEach(onward -> onward.fix(now, nanos));
      return where.take(batch);
    } catch (BusException e) {
      error = e;
    } catch (RuntimeException e) {
      LOG.error("Writing failed deliveries failed unexpectedly", e);
      error = new StoreException("unexpected error: " + e.getMessage(), true, e);
    }
    return Collections.nCopies(batch.size(), error);
  }

  private void note(BusException error) {
    if (trouble == null) {
      LOG.warn("Failed deliveries are held, they cannot be written: {}", error.toString());
    }
    trouble = "failed deliveries are held: " + error.getMessage();
  }
}
