package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.runtime.consume.Trials.Kept;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Failure;
import io.postbus.spi.Order;
import java.time.Duration;
import java.time.Instant;
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
 * first of those that is handled closes it.
 *
 * <p>What has failed meanwhile is kept by its {@link Trials}, which find out whether it is the
 * messages after all. Thread-safe; while nothing fails it costs the reading of a field.
 */
final class Circuit {
  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);
  private static final int CAUSE_CHARS = 300;

  /** What a failure means for the message. */
  enum Weight {
    /** An attempt of its schedule has failed. */
    COUNTS,
    /** Nothing: it was tried to see whether others would be handled. */
    NOTHING,
    /** An attempt has failed, and the next one is the circuit's to make. */
    TRIAL,
    /** Nothing, and the one ahead of it in its lane is to be tried before it again. */
    BEHIND
  }

  /** Such a part of the failures is enough of messages, with an order, once one would be dead. */
  private static final int FEW = 4;

  private final String group;
  private final Subscription.Circuit rule;
  private final boolean ordered;
  private final int attempts;
  private final Timeline timeline;
  private final Observer observer;
  private final BooleanSupplier room;
  private final Runnable wake;

  private final Trials trials;
  private volatile Trials.@Nullable Ending ending;

  /** Kept, and not failed so far; these are tried first. */
  private final Deque<Kept> fresh = new ArrayDeque<>();

  /** Since the last success: failed attempts that count, and messages that failed at first. */
  private volatile int failures;

  private int messages;
  private volatile boolean open;
  private volatile boolean wanting;
  private volatile String cause = "";
  private @Nullable Job probe;

  /** When something was last begun that was handled. */
  private Instant worked = Instant.MIN;

  private Timeline.@Nullable Timer timer;
  private long openedAt;
  private boolean closed;

  /**
   * A circuit that is not open.
   *
   * @param lanes where what it keeps has its order
   * @param room whether the member could take another delivery
   * @param wake ends the wait of the polling thread
   */
  Circuit(
      Subscription s, ConsumeContext context, Lanes lanes, BooleanSupplier room, Runnable wake) {
    this.group = s.group();
    this.rule = s.circuit();
    this.ordered = s.order() != Order.NONE;
    this.attempts = s.retry().attempts();
    this.trials = new Trials(s, lanes, context.timeline());
    this.timeline = context.timeline();
    this.observer = context.observer();
    this.room = room;
    this.wake = wake;
  }

  /** What carries out how trials end. */
  void endBy(Trials.Ending one) {
    ending = one;
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

  /** An attempt has failed. */
  Weight weigh(Job job, Throwable why) {
    return rule.failures() == 0 ? Weight.COUNTS : count(job, why);
  }

  /**
   * Whether a handler may have it, now that it is open. If not it is kept until it may.
   *
   * @param go hands it to the workers again
   */
  boolean admits(Job job, Runnable go) {
    Job behind;
    synchronized (this) {
      if (!open || job == probe) {
        return true;
      }
      boolean isFresh = job.failure() == null;
      if (job == trials.behind() || (wanting && isFresh)) {
        wanting = false;
        probe = job;
        return true;
      }
      if (!trials.leaves(job)) {
        keep(new Kept(job, go), isFresh);
        return false;
      }
      behind = trials.behind();
    }
    trials.letOut(job, behind);
    return false;
  }

  private void keep(Kept kept, boolean isFresh) {
    if (isFresh) {
      fresh.add(kept);
    } else {
      trials.keep(kept);
    }
  }

  /** The member has left: forgets what it keeps. */
  synchronized void close() {
    closed = true;
    Job unused = trials.clear(new ArrayList<>());
    calm();
  }

  private Weight count(Job job, Throwable why) {
    Job acquitted;
    synchronized (this) {
      if (!open) {
        return counted(job, why);
      }
      cause = text(why);
      LOG.debug("{} of {} was tried in vain", job, group, why);
      if (job != trials.behind()) {
        return trials.weigh(job);
      }
      acquitted = trials.end();
    }
    acquit(acquitted);
    return Weight.BEHIND;
  }

  private void acquit(@Nullable Job job) {
    Trials.Ending by = ending;
    if (job != null && by != null) {
      by.acquitted(job);
    }
  }

  private synchronized Weight counted(Job job, Throwable why) {
    job.trialFrom = 0;
    job.spent = false;
    Failure before = job.failure();
    messages += before == null ? 1 : 0;
    // What has failed before and is back together says nothing of the others.
    failures += before == null || (ordered && !proven(before)) ? 1 : 0;
    boolean several = messages > 1 || rule.failures() == 1;
    if (several && (failures >= rule.failures() || isTheFirstToDie(job)) && !closed) {
      open(why);
      return job.attempt() < attempts ? Weight.COUNTS : Weight.NOTHING;
    }
    return Weight.COUNTS;
  }

  /** Where few keys have messages, attempts would run out before so many have failed. */
  private boolean isTheFirstToDie(Job job) {
    Failure before = job.failure();
    return ordered
        && job.attempt() >= attempts
        && before != null
        && !proven(before)
        && messages * FEW >= rule.failures();
  }

  /** Whether something that was begun after the message had failed was handled. */
  private boolean proven(Failure before) {
    return before.first().isBefore(worked);
  }

  private void open(Throwable why) {
    open = true;
    cause = text(why);
    openedAt = timeline.nanos();
    trials.begin();
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
      if (open && probe != job) {
        // It had begun before: its success says nothing of now.
        return;
      }
      Instant began = timeline.instant().minusNanos(timeline.nanos() - job.beganNanos());
      worked = began.isAfter(worked) ? began : worked;
      if (!open) {
        messages = 0;
        failures = 0;
        return;
      }
    }
    LOG.info("{} goes on after {}", group, Duration.ofNanos(timeline.nanos() - openedAt));
    goOn();
  }

  private void goOn() {
    List<Kept> kept = new ArrayList<>();
    Job dead;
    synchronized (this) {
      dead = trials.clear(kept);
      kept.addAll(fresh);
      calm();
    }
    observer.resumed();
    Trials.Ending by = ending;
    if (dead != null && by != null) {
      by.dead(dead);
    }
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
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Tries the next one, unless one is still being tried. */
  private void turn() {
    Kept next = null;
    Job acquitted;
    synchronized (this) {
      if (!open) {
        return;
      }
      timer = timeline.schedule(rule.probe(), this::turn);
      if (atWork(probe) || atWork(trials.behind())) {
        return;
      }
      // What was let out is gone, handled or not: it comes again, or does not matter.
      acquitted = trials.behind() == null ? null : trials.end();
      if (acquitted == null) {
        next = next();
      }
    }
    acquit(acquitted);
    if (next != null) {
      next.go().run();
    } else {
      wake.run();
    }
  }

  private static boolean atWork(@Nullable Job job) {
    return job != null && (job.queued() || job.open());
  }

  /**
   * One that has not failed so far, or what is on trial; else, by turns, the broker's next and one
   * that has been tried.
   */
  private @Nullable Kept next() {
    Kept next = first(fresh);
    if (next == null) {
      next = trials.next();
    }
    if (next == null && (wanting || !room.getAsBoolean())) {
      next = trials.any();
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
