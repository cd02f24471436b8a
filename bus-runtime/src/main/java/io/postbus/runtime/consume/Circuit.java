package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses a member when so many new messages fail in a row that it must be what they work with:
 * open, it keeps what would be handled, lets one through at a time, and counts no failure. The
 * first of those that is handled closes it. Thread-safe; while nothing fails it costs the reading
 * of a field.
 */
final class Circuit {
  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);
  private static final int CAUSE_CHARS = 300;

  /** With an order no others can be tried: those that are first may be at fault after all. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final long LONGEST_NANOS = LONGEST.toNanos();

  /** What is kept, and what hands it to the workers again. */
  private record Kept(Job job, Runnable go) {}

  private final String group;
  private final Subscription.Circuit rule;
  private final boolean ordered;
  private final Timeline timeline;
  private final Observer observer;
  private final BooleanSupplier room;
  private final Runnable wake;

  /** Kept, and not failed so far; these are tried first. */
  private final Deque<Kept> fresh = new ArrayDeque<>();

  private final Deque<Kept> tried = new ArrayDeque<>();

  /** Since the last success: failed attempts that count, and messages that failed at first. */
  private volatile int failures;

  private int messages;
  private volatile boolean open;
  private volatile boolean wanting;
  private volatile String cause = "";
  private @Nullable Job probe;
  private Timeline.@Nullable Timer timer;
  private long openedAt;
  private boolean closed;

  /**
   * A circuit that is not open.
   *
   * @param room whether the member could take another delivery
   * @param wake ends the wait of the polling thread
   */
  Circuit(Subscription s, ConsumeContext context, BooleanSupplier room, Runnable wake) {
    this.group = s.group();
    this.rule = s.circuit();
    this.ordered = s.order() != Order.NONE;
    this.timeline = context.timeline();
    this.observer = context.observer();
    this.room = room;
    this.wake = wake;
  }

  boolean isOpen() {
    return open;
  }

  /** Whether it is open and wants the broker's next one, to try that. */
  boolean isWanting() {
    return wanting;
  }

  /** What failed last, as long as it is open. */
  String cause() {
    return cause;
  }

  /** A handler has done its work. */
  void handled(Job job) {
    if (failures != 0) {
      reset(job);
    }
  }

  /** An attempt has failed; false if that is not to be counted as one. */
  boolean counts(Job job, Throwable why) {
    return rule.failures() == 0 || count(job, why);
  }

  /**
   * Whether a handler may have it, now that it is open. If not it is kept until it may.
   *
   * @param go hands it to the workers again
   */
  synchronized boolean admits(Job job, Runnable go) {
    if (!open || job == probe) {
      return true;
    }
    boolean isFresh = job.failure() == null;
    if (wanting && isFresh) {
      wanting = false;
      probe = job;
      return true;
    }
    (isFresh ? fresh : tried).add(new Kept(job, go));
    return false;
  }

  /** The member has left: forgets what it keeps. */
  synchronized void close() {
    closed = true;
    calm();
  }

  private synchronized boolean count(Job job, Throwable why) {
    if (open) {
      cause = text(why);
      LOG.debug("{} of {} was tried in vain", job, group, why);
      return false;
    }
    boolean first = job.failure() == null;
    messages += first ? 1 : 0;
    // What has failed before and is back together says nothing of the others.
    failures += first || ordered ? 1 : 0;
    boolean several = messages > 1 || rule.failures() == 1;
    if (several && failures >= rule.failures() && !closed) {
      open(why);
    }
    return true;
  }

  private void open(Throwable why) {
    open = true;
    cause = text(why);
    openedAt = timeline.nanos();
    timer = timeline.schedule(rule.probe(), this::turn);
    observer.paused(why);
    LOG.warn(
        "{} pauses: {} messages in a row have failed, the last by {}. One is tried every {}, uncounted, until one is handled",
        group,
        messages,
        cause,
        rule.probe(),
        why);
    wake.run();
  }

  private void reset(Job job) {
    synchronized (this) {
      if (!open) {
        messages = 0;
        failures = 0;
        return;
      }
      if (probe != job) {
        // It had begun before: its success says nothing of now.
        return;
      }
    }
    LOG.info("{} goes on after {}", group, Duration.ofNanos(timeline.nanos() - openedAt));
    goOn();
  }

  private void goOn() {
    List<Kept> kept = new ArrayList<>();
    synchronized (this) {
      kept.addAll(tried);
      kept.addAll(fresh);
      calm();
    }
    observer.resumed();
    kept.forEach(k -> k.go().run());
    wake.run();
  }

  private void calm() {
    open = false;
    wanting = false;
    failures = 0;
    cause = "";
    probe = null;
    messages = 0;
    fresh.clear();
    tried.clear();
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Tries the next one, unless one is still being tried. */
  private void turn() {
    if (ordered && open && timeline.nanos() - openedAt > LONGEST_NANOS) {
      LOG.warn("{} has been paused for {}: what fails counts again", group, LONGEST);
      goOn();
      return;
    }
    Kept next;
    synchronized (this) {
      if (!open) {
        return;
      }
      timer = timeline.schedule(rule.probe(), this::turn);
      if (probe != null && (probe.queued() || probe.open())) {
        return;
      }
      next = next();
    }
    if (next == null) {
      wake.run();
    } else {
      next.go().run();
    }
  }

  /** One that is kept or, by turns with those that have been tried, the broker's next. */
  private @Nullable Kept next() {
    Kept next = first(fresh);
    if (next == null && (wanting || !room.getAsBoolean())) {
      next = first(tried);
    }
    wanting = next == null;
    probe = next == null ? null : next.job();
    return next;
  }

  /** The first that has not been given back meanwhile. */
  private static @Nullable Kept first(Deque<Kept> some) {
    Kept first = some.poll();
    while (first != null && !first.job().queued()) {
      first = some.poll();
    }
    return first;
  }

  private static String text(Throwable why) {
    String text = why.toString();
    return text.length() <= CAUSE_CHARS ? text : text.substring(0, CAUSE_CHARS - 1) + "…";
  }
}
