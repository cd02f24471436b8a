package io.postbus.runtime.consume;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.Delayed;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A delivery on its way to the place where it waits or lies dead. Its due time is fixed, so that
 * writing it twice makes one entry.
 *
 * @param attempt the attempt that its next delivery will be; for a dead letter, how many failed
 * @param due when it is tried again, by the clock of that place; null for a dead letter
 */
record Onward(Job job, int attempt, @Nullable Failure failure, @Nullable Instant due) {
  /** To be tried once more. */
  static Onward retry(Job job, Failure failure, Instant due) {
    return new Onward(job, job.attempt() + 1, failure, due);
  }

  /** Not due yet, and held as long as may be: the same attempt, to be held anew. */
  static Onward notYet(Job job, Instant due) {
    return new Onward(job, job.attempt(), job.failure(), due);
  }

  static Onward dead(Job job, Failure failure) {
    return new Onward(job, job.attempt(), failure, null);
  }

  boolean isDead() {
    return due == null;
  }

  /** As an entry of the store, for this group. */
  Delayed entry(String group) {
    Destination to = Destination.group(group);
    Message m = job.arrival().forward();
    return new Delayed(
        Slot.of(due == null ? Slot.NEVER : due, 0, m.id(), to, attempt),
        due == null ? Delayed.Kind.DEAD : Delayed.Kind.RETRY,
        to,
        due == null ? PostbusHeaders.redriven(m, 0) : PostbusHeaders.next(m, attempt, failure),
        attempt,
        null,
        failure);
  }

  /** As a message to the group's dead letters on the broker, or to the group with its due time. */
  Message sent() {
    Message m = job.arrival().forward();
    return due == null
        ? PostbusHeaders.dead(m, attempt, Objects.requireNonNull(failure))
        : PostbusHeaders.due(PostbusHeaders.next(m, attempt, failure), due);
  }
}
