package io.postbus.runtime.consume;

import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.runtime.consume.Recovery.Step;
import io.postbus.runtime.consume.Verdict.Plain;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Failure;
import io.postbus.spi.Settlement;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what has been decided of jobs: the end of the way from poll to settle. Thread-safe.
 */
final class Settling implements Trials.Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

  /** A wait in hand from this on is one that the store would have taken, had it been trusted. */
  private static final Duration LONG = Duration.ofSeconds(1);

  private static final long LOG_NANOS = Duration.ofSeconds(10).toNanos();

  private final AtomicInteger unlogged = new AtomicInteger();
  private final AtomicLong loggedAt;
  private final String group;
  private final ConsumeContext context;
  private final Timeline timeline;
  private final Observer observer;
  private final InFlight inFlight;
  private final Lanes lanes;
  private final DueGate gate;
  private final Recovery recovery;
  private final Circuit circuit;
  private final HandingOn handingOn;
  private final GivingBack givingBack;
  private final Exit exit;
  private final Completion completion;

  Settling(
      String group,
      ConsumeContext context,
      InFlight inFlight,
      Lanes lanes,
      DueGate gate,
      Recovery recovery,
      Circuit circuit,
      HandingOn handingOn,
      GivingBack givingBack,
      Exit exit,
      Completion completion) {
    this.group = group;
    this.context = context;
    this.timeline = context.timeline();
    this.observer = context.observer();
    this.inFlight = inFlight;
    this.lanes = lanes;
    this.gate = gate;
    this.recovery = recovery;
    this.circuit = circuit;
    this.handingOn = handingOn;
    this.givingBack = givingBack;
    this.exit = exit;
    this.completion = completion;
    this.loggedAt = new AtomicLong(timeline.nanos() - LOG_NANOS);
    gate.notYetTo(this::notYet);
    circuit.endBy(this);
  }

  String group() {
    return group;
  }

  long nanos() {
    return timeline.nanos();
  }

  /** The moment that the timeline's clock shows at these nanoseconds. */
  Instant moment(long nanos) {
    return timeline.instant().plusNanos(nanos - timeline.nanos());
  }

  <T> T decode(Message message, Class<T> type) {
    return context.decoder().decode(message, type);
  }

  /** Its handler is done with it; false if the broker has taken the delivery back. */
  boolean acknowledged(Job job) {
    return completion.decided(job);
  }

  boolean completeIn(Connection transaction, Job job) {
    return completion.completeIn(transaction, job);
  }

  /** The handler is out of it and it is decided: carries that out. */
  void conclude(Job job) {
    Verdict verdict = Objects.requireNonNull(job.verdict());
    if (verdict == Plain.ACK) {
      handled(job, Outcome.OK);
      circuit.handled(job);
      completion.left(job);
    } else if (verdict == Plain.RELEASE) {
      handled(job, Outcome.RELEASED);
      job.releasedByHandler(timeline.nanos());
      givingBack.ask(job);
    } else if (verdict == Plain.REVOKED || (job.gone() && verdict != Plain.REPEATED)) {
      handled(job, Outcome.REVOKED);
      observer.stale(job.message());
      exit.over(job);
    } else if (verdict != Plain.REPEATED) {
      failed(job, verdict);
    }
  }

  /** Acknowledges it unhandled. */
  void expired(Job job) {
    observer.expired(job.message());
    exit.settle(job, Settlement.ACK);
    exit.fulfil(job);
    exit.over(job);
  }

  /** Acknowledges it unhandled: its group has completed it before. */
  void repeated(Job job) {
    if (job.drop()) {
      observer.repeated(job.message());
      exit.settle(job, Settlement.ACK);
      exit.fulfil(job);
      exit.over(job);
    }
  }

  /** Each is handled again by itself, uncounted. */
  void repeat(List<Job> jobs) {
    List<Job> again = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      Job next = job.again(job.attempt(), job.failure());
      if (follows(job, next)) {
        again.add(next);
      }
    }
    lanes.repeat(again);
  }

  private void failed(Job job, Verdict verdict) {
    Throwable cause = cause(verdict);
    int redrives = PostbusHeaders.redrives(job.arrival().forward());
    Failure failure = FailureReport.of(cause, timeline.instant(), job.failure(), redrives);
    Step step = step(job, verdict, cause);
    handled(job, outcome(verdict, step));
    log(job, step, cause);
    if (step instanceof Step.InHand in) {
      next(job, failure, in.delay(), gate::accept);
    } else if (step instanceof Step.Held held) {
      follow(job, job.again(held.attempt(), failure), gate::accept);
    } else if (step instanceof Step.Behind behind) {
      follow(job, job.again(behind.attempt(), failure), lanes::back);
    } else if (step instanceof Step.Back b) {
      next(job, failure, b.delay(), givingBack::ask);
    } else if (step instanceof Step.Away away) {
      handingOn.add(Onward.retry(job, failure, timeline.nanos() + away.delay().toNanos()));
    } else {
      handingOn.add(Onward.dead(job, failure));
    }
  }

  private static Outcome outcome(Verdict verdict, Step step) {
    if (step instanceof Step.Held || step instanceof Step.Behind) {
      return Outcome.HELD;
    }
    if (verdict instanceof Verdict.TimedOut) {
      return Outcome.TIMED_OUT;
    }
    return step instanceof Step.Dead ? Outcome.DEAD : Outcome.RETRIED;
  }

  private Step step(Job job, Verdict verdict, Throwable cause) {
    if (verdict instanceof Verdict.Dead || FailureReport.isFinal(cause)) {
      return new Step.Dead();
    }
    return switch (circuit.weigh(job, cause)) {
      case COUNTS -> {
        Duration asked = verdict instanceof Verdict.Failed f ? f.delay() : null;
        yield recovery.after(job.attempt(), age(job), asked);
      }
      case NOTHING -> new Step.Held(job.attempt());
      case TRIAL -> new Step.Held(job.attempt() + 1);
      case BEHIND -> new Step.Behind(job.attempt());
    };
  }

  private void next(Job job, Failure failure, Duration wait, Consumer<Job> to) {
    Job next = job.again(job.attempt() + 1, failure);
    if (!wait.isZero()) {
      next.holdUntil(timeline.nanos() + wait.toNanos());
    }
    if (follow(job, next, to)) {
      observer.retried(job.message(), wait);
    }
  }

  private boolean follow(Job job, Job next, Consumer<Job> to) {
    if (!follows(job, next)) {
      observer.stale(job.message());
      return false;
    }
    to.accept(next);
    return true;
  }

  /** Puts the next one into the job's place; false if the broker has taken that back. */
  private boolean follows(Job job, Job next) {
    // First the lane: whoever finds it in flight may drop it, and then looks for it in its lane.
    lanes.replace(job, next);
    if (!inFlight.replace(job, next)) {
      lanes.done(next);
      return false;
    }
    if (!next.queued()) {
      // Dropped as part of its key's tail, before it was in flight.
      inFlight.remove(next);
      return false;
    }
    return true;
  }

  @Override
  public void acquitted(Job job) {
    if (job.drop()) {
      Job next = job.again(job.trialFrom, job.failure());
      next.trialFrom = 0;
      next.spent = false;
      follow(job, next, gate::accept);
    }
  }

  @Override
  public void dead(Job job) {
    if (job.drop()) {
      Failure failure = Objects.requireNonNull(job.failure());
      LOG.warn("{} of {} is dead: {}: {}", job, group, failure.error(), failure.message());
      handingOn.add(Onward.dead(job, failure));
    }
  }

  private void notYet(Job job) {
    if (job.drop()) {
      handingOn.add(Onward.notYet(job, job.dueLater()));
    }
  }

  private long age(Job job) {
    return timeline.nanos() - job.arrival().atNanos();
  }

  private void handled(Job job, Outcome outcome) {
    if (observer != Observer.NONE) {
      long ago = (timeline.nanos() - job.beganNanos()) / 1_000_000;
      observer.handled(job.message(), timeline.millis() - ago, job.costNanos(), outcome);
    }
  }

  private static Throwable cause(Verdict verdict) {
    if (verdict instanceof Verdict.Failed f) {
      return f.cause();
    }
    if (verdict instanceof Verdict.TimedOut t) {
      return t.cause();
    }
    return Unthrown.dead(((Verdict.Dead) verdict).reason());
  }

  /** Once in a while: all that fails may be held here for its retries. */
  private void logHeld(Job job, Step.InHand step, Throwable cause) {
    long now = timeline.nanos();
    long before = loggedAt.get();
    if (now - before < LOG_NANOS || !loggedAt.compareAndSet(before, now)) {
      unlogged.incrementAndGet();
      return;
    }
    LOG.info(
        "{} of {} failed and is held for its retry in {}: {} ({} more since the last such line)",
        job,
        group,
        step.delay(),
        cause.toString(),
        unlogged.getAndSet(0));
  }

  private void log(Job job, Step step, Throwable cause) {
    if (step instanceof Step.Dead) {
      LOG.warn("{} of {} is dead: {}", job, group, cause.toString(), cause);
    } else if (step instanceof Step.InHand in && in.delay().compareTo(LONG) >= 0) {
      logHeld(job, in, cause);
    } else if (step instanceof Step.InHand
        || step instanceof Step.Held
        || step instanceof Step.Behind) {
      LOG.debug("{} of {} failed, next is {}", job, group, step, cause);
    } else {
      LOG.info("{} of {} failed, next is {}: {}", job, group, step, cause.toString());
    }
  }
}
