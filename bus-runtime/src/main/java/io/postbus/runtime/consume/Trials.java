package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has failed and is kept by an open {@link Circuit}, by which it is guarded.
 *
 * <p>With an order, those that are first may be bad and hide the good ones behind them. So when
 * nothing has been handled for as long as a schedule lasts, one of them is put on trial: its
 * failures count until no attempt is left, and then what is behind it is tried. If that is handled,
 * the first one is dead; if it fails as well, nothing is known, and the first one has the attempts
 * that it had before. What is first and hides nothing, or something as bad, is given up on after
 * the circuit's patience.
 */
final class Trials {
  private static final Logger LOG = LoggerFactory.getLogger(Trials.class);

  /** What is kept, and what hands it to the workers again. */
  record Kept(Job job, Runnable go) {}

  /** Carries out how a trial has ended. Thread-safe. */
  interface Ending {
    /** It is dead. */
    void dead(Job job);

    /** It is tried again, with the attempts that it had when its trial began. */
    void acquitted(Job job);
  }

  private final String group;
  private final boolean ordered;
  private final int attempts;
  private final long patienceNanos;
  private final long scheduleNanos;
  private final Lanes lanes;
  private final Timeline timeline;
  private final Deque<Kept> tried = new ArrayDeque<>();

  /** Has no attempt left, and is dead as soon as another one is handled. */
  private @Nullable Job spent;

  /** What waited right behind that, and is tried before it is given up on. */
  private @Nullable Job behind;

  private long openedAt;
  private long patientSince;
  private long triedSince;

  Trials(Subscription s, Lanes lanes, Timeline timeline) {
    this.group = s.group();
    this.ordered = s.order() != Order.NONE;
    this.attempts = s.retry().attempts();
    this.patienceNanos = s.circuit().patience().toNanos();
    this.scheduleNanos = Math.min(patienceNanos, s.retry().total().toNanos());
    this.lanes = lanes;
    this.timeline = timeline;
  }

  /** The circuit has opened. */
  void begin() {
    openedAt = timeline.nanos();
    patientSince = openedAt;
    triedSince = openedAt;
  }

  void keep(Kept kept) {
    tried.add(kept);
  }

  /**
   * Whether it has no attempt left and something behind it, which is to be let out and tried. It is
   * kept then.
   */
  boolean leaves(Job job) {
    Job next = job.spent ? lanes.behind(job) : null;
    if (next == null) {
      return false;
    }
    spent = job;
    behind = next;
    return true;
  }

  /** Lets out what is behind it. Without the circuit's lock. */
  void letOut(Job first, @Nullable Job next) {
    if (next != null) {
      lanes.letOut(next, first);
    }
  }

  @Nullable Job behind() {
    return behind;
  }

  /** An attempt has failed. */
  Circuit.Weight weigh(Job job) {
    if (job.trialFrom == 0) {
      return Circuit.Weight.NOTHING;
    }
    if (job.attempt() < attempts) {
      return Circuit.Weight.TRIAL;
    }
    if (timeline.nanos() - patientSince < patienceNanos) {
      job.spent = true;
      return Circuit.Weight.NOTHING;
    }
    patientSince = timeline.nanos();
    return Circuit.Weight.COUNTS;
  }

  /** What was behind it has not been handled: returns what was tried in vain. */
  @Nullable Job end() {
    Job first = spent;
    spent = null;
    behind = null;
    triedSince = timeline.nanos();
    return first;
  }

  /** Forgets what it keeps; returns what is dead, if something has been handled. */
  @Nullable Job clear(Collection<Kept> to) {
    to.addAll(tried);
    tried.clear();
    return end();
  }

  /** What is on trial, or is to be from now on; null if nothing is. */
  @Nullable Kept next() {
    Kept on = take(k -> k.job().trialFrom != 0);
    if (on != null || !ordered) {
      return on;
    }
    long now = timeline.nanos();
    Kept next = null;
    if (now - patientSince >= patienceNanos) {
      next = any();
    } else if (now - triedSince >= scheduleNanos) {
      next = take(k -> tells(lanes.behind(k.job())));
    }
    if (next != null) {
      Job job = next.job();
      job.trialFrom = job.attempt();
      Duration since = Duration.ofNanos(now - openedAt);
      LOG.info("{} has handled nothing for {}: the failures of {} count", group, since, job);
    }
    return next;
  }

  /** The one that has been kept for the longest. */
  @Nullable Kept any() {
    return take(k -> true);
  }

  private static boolean tells(@Nullable Job next) {
    return next != null && next.failure() == null && next.queued();
  }

  private @Nullable Kept take(Predicate<Kept> which) {
    tried.removeIf(kept -> !kept.job().queued());
    for (Iterator<Kept> i = tried.iterator(); i.hasNext(); ) {
      Kept kept = i.next();
      if (which.test(kept)) {
        i.remove();
        return kept;
      }
    }
    return null;
  }
}
