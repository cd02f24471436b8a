package io.postbus.runtime.consume;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.Delayed;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A delivery on its way to the place where it waits or lies dead. Its due time is fixed at the
 * first try to write it, so that writing it twice makes one entry. Used by one thread at a time.
 */
final class Onward {
  private final Job job;
  private final int attempt;
  private final @Nullable Failure failure;
  private final boolean dead;
  private final long dueNanos;
  private @Nullable Instant due;
  private boolean superseded;
  private boolean takenOver;

  private Onward(Job job, int attempt, @Nullable Failure failure, boolean dead, long dueNanos) {
    this.job = job;
    this.attempt = attempt;
    this.failure = failure;
    this.dead = dead;
    this.dueNanos = dueNanos;
  }

  /** To be tried once more, then on the timeline. */
  static Onward retry(Job job, Failure failure, long dueNanos) {
    return new Onward(job, job.attempt() + 1, failure, false, dueNanos);
  }

  /** Not due yet, and held as long as may be: the same attempt, then on the timeline. */
  static Onward notYet(Job job, long dueNanos) {
    return new Onward(job, job.attempt(), job.failure(), false, dueNanos);
  }

  static Onward dead(Job job, Failure failure) {
    return new Onward(job, job.attempt(), failure, true, 0);
  }

  Job job() {
    return job;
  }

  /** The attempt that its next delivery will be; for a dead letter, how many failed. */
  int attempt() {
    return attempt;
  }

  @Nullable Failure failure() {
    return failure;
  }

  boolean isDead() {
    return dead;
  }

  long dueNanos() {
    return dueNanos;
  }

  /**
   * Fixes when it is due, unless that has been done.
   *
   * @param now by the clock of the place
   * @param nanos the same moment on the timeline
   */
  void fix(Instant now, long nanos) {
    if (due == null) {
      due = dead ? Slot.NEVER : now.plusNanos(dueNanos - nanos);
    }
  }

  /** Its message has been sent again: that copy counts, and nothing is written for this one. */
  void supersede() {
    superseded = true;
  }

  boolean isSuperseded() {
    return superseded;
  }

  /** Its place keeps it as safely as the guarantee that it came with, which may end. */
  void takeOver() {
    takenOver = true;
  }

  boolean isTakenOver() {
    return takenOver;
  }

  /**
   * As an entry of the store, for this group.
   *
   * @param ticket of a guaranteed message, which its retries are too
   */
  Delayed entry(String group, @Nullable Ticket ticket) {
    Destination to = Destination.group(group);
    Message m = job.arrival().forward();
    Message waiting = PostbusHeaders.next(m, attempt, failure);
    return new Delayed(
        Slot.of(due(), 0, m.id(), to, attempt),
        dead ? Delayed.Kind.DEAD : Delayed.Kind.RETRY,
        to,
        dead
            ? PostbusHeaders.redriven(m, 0)
            : ticket == null ? waiting : Ticket.promised(waiting, ticket.ackWithin()),
        attempt,
        null,
        failure);
  }

  /**
   * As a message to the group's dead letters on the broker, or to the group with its due time: then
   * its guarantee goes on, if it has one.
   */
  Message sent() {
    Message m = job.arrival().forward();
    if (dead) {
      return PostbusHeaders.dead(m, attempt, Objects.requireNonNull(failure));
    }
    Message next = PostbusHeaders.due(PostbusHeaders.next(m, attempt, failure), due());
    Ticket ticket = job.arrival().ticket();
    return ticket == null ? next : ticket.on(next);
  }

  private Instant due() {
    return Objects.requireNonNull(due, "not fixed");
  }
}
