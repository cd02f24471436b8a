package io.postbus.runtime.consume;

import io.postbus.DecodeException;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Remembered.Past;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.Consumer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes jobs of what the driver delivers. Only the polling thread. */
final class Intake {
  /** What another program wrote into the header must not overflow. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final String group;
  private final ConsumeContext context;
  private final TypeFilter wanted;
  private final Duration timeout;
  private final HoldLimit hold;
  private final Remembered remembered;
  private final Settling settling;
  private long sequence;

  Intake(
      String group,
      ConsumeContext context,
      TypeFilter wanted,
      Duration timeout,
      HoldLimit hold,
      Remembered remembered,
      Settling settling) {
    this.group = group;
    this.context = context;
    this.wanted = wanted;
    this.timeout = timeout;
    this.hold = hold;
    this.remembered = remembered;
    this.settling = settling;
  }

  /** The jobs of these deliveries, in order, without those that the filter does not want. */
  List<Job> jobs(List<Received> got, Consumer from) {
    long now = context.timeline().nanos();
    List<Job> jobs = new ArrayList<>(got.size());
    for (Received received : got) {
      Job job = job(received, from, now);
      if (job != null) {
        jobs.add(job);
      }
    }
    return jobs;
  }

  private @Nullable Job job(Received received, Consumer from, long now) {
    Message forward;
    try {
      forward = mapped(received.message());
    } catch (RuntimeException | StackOverflowError e) {
      return unreadable(received, from, now, e);
    }
    Message visible = PostbusHeaders.strip(forward);
    if (wanted.accepts(visible.type()) || PostbusHeaders.isDirect(forward)) {
      return job(new Arrival(received, from, forward, visible, now, sequence++));
    }
    context.observer().unmatched(visible);
    from.settle(received, Settlement.ACK);
    Ticket ticket = Ticket.of(forward);
    if (ticket != null) {
      // Its entry, if there is one, is of a filter that the group no longer has.
      context.waiting().acknowledged(forward, ticket, group, () -> {});
    }
    return null;
  }

  /** With all that is known of what happened to it before. */
  @SuppressWarnings("ReferenceEquality") // Stripping a message without our headers is that message.
  private Job job(Arrival arrival) {
    Message m = arrival.forward();
    Past past = remembered.take(m.id());
    if (past != null) {
      Job job = new Job(arrival, settling, past.attempt(), past.failure());
      job.holdUntil(past.dueNanos());
      job.releases(past.releases());
      return job;
    }
    if (m == arrival.visible()) {
      return new Job(arrival, settling, 1, null);
    }
    Job job = new Job(arrival, settling, PostbusHeaders.attempt(m), PostbusHeaders.failure(m));
    Instant due = PostbusHeaders.due(m);
    Instant present = context.timeline().instant();
    if (due != null && due.isAfter(present)) {
      hold(job, Duration.between(present, due));
    }
    return job;
  }

  private void hold(Job job, Duration left) {
    Duration wait = left.compareTo(LONGEST) < 0 ? left : LONGEST;
    long now = job.arrival().atNanos();
    if (hold.allows(0, wait, timeout)) {
      job.holdUntil(now + wait.toNanos());
    } else {
      job.holdUntil(now + hold.left(0, timeout).toNanos(), now + wait.toNanos());
    }
  }

  /** A job that ends as a dead letter by itself, unhandled. */
  private Job unreadable(Received received, Consumer from, long now, Throwable why) {
    Message raw = received.message();
    Arrival arrival = new Arrival(received, from, raw, PostbusHeaders.strip(raw), now, sequence++);
    Job job = new Job(arrival, settling, PostbusHeaders.attempt(raw), PostbusHeaders.failure(raw));
    job.refuse(new DecodeException("The fields of message " + raw.id() + " cannot be mapped", why));
    return job;
  }

  @SuppressWarnings("ReferenceEquality") // Equal messages may differ in their payloads.
  private Message mapped(Message m) {
    if (PostbusHeaders.isMapped(m)) {
      return m;
    }
    Message mapped = context.mapping().apply(m);
    return mapped == m ? m : PostbusHeaders.mapped(mapped);
  }
}
